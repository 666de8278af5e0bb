/** The pictures of items: from this server, with the key where it wants one, and from where its policy allows. */

import { cover } from "./covers.js";
import { el } from "./dom.js";
import { t } from "./language.js";
import { bytes } from "./wire.js";
import { key } from "./state.js";

let allowed = [];

/** Learns from a content security policy which other servers pictures may come from. */
export function allow(policy) {
  allowed = /img-src ([^;]*)/.exec(policy ?? "")?.[1].split(/\s+/).filter((source) => source.startsWith("http")) ?? [];
}

/** The picture of an item, or a drawing in its place. */
export function pictureOf(item) {
  if (!item.picture || !reachable(item.picture)) return cover(item.item_id);
  const shown = el("img", { alt: t("picture", { title: item.title }), loading: "lazy", decoding: "async" });
  shown.addEventListener("error", () => shown.replaceWith(cover(item.item_id)));
  source(item.picture).then(
    (from) => (shown.src = from),
    () => shown.replaceWith(cover(item.item_id)),
  );
  return shown;
}

const own = (address) => address.startsWith("/") && !address.startsWith("//");

function reachable(address) {
  return own(address) || allowed.some((origin) => address.startsWith(`${origin}/`));
}

async function source(address) {
  if (!own(address)) return address;
  const path = address.slice(1);
  return key.get() ? URL.createObjectURL(await bytes(path)) : path;
}
