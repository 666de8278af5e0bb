/** The card of a recommended item. */

import { button, el, icon } from "./dom.js";
import { facts, priceOf, ratingOf, tagsOf } from "./facets.js";
import { pictureOf } from "./images.js";
import { t } from "./language.js";

const VERDICTS = ["like", "dislike", "seen"];
let cards = 0;

/**
 * The card of an item with its reasons; `press(kind, before)` is told of a verdict, with the one before it, and of the wish for more like it.
 * `tell(lines)` adds what the reply says of it beyond the reasons.
 */
export function card(item, press) {
  const name = `item-${++cards}`;
  const own = el("div", { class: "own" });
  const made = el(
    "article",
    { class: "card", "aria-labelledby": name, data: { item: item.item_id } },
    el("div", { class: "cover" }, pictureOf(item)),
    el(
      "div",
      { class: "about" },
      el("h3", { id: name }, item.title),
      worth(item),
      tags(item),
      ...item.disclosures.map((one) => el("p", { class: "disclosure" }, one)),
    ),
    why(item, own),
    verdicts(item, (kind) => press(kind, made.dataset.said ?? "")),
  );
  const news = (line) => !item.reasons.length || !item.reasons.every((why) => line.toLowerCase().includes(why.toLowerCase()));
  const tell = (lines) => own.replaceChildren(...lines.filter(news).map((one) => el("p", { class: "small" }, one)));
  return { made, tell };
}

/** Shows on every card of an item which verdict holds. */
export function mark(id, kind) {
  for (const made of document.querySelectorAll(`.card[data-item="${CSS.escape(id)}"]`)) {
    made.dataset.said = kind;
    for (const toggle of made.querySelectorAll("[aria-pressed]")) {
      toggle.setAttribute("aria-pressed", String(toggle.dataset.kind === kind));
    }
  }
}

function worth(item) {
  const [price, rating] = [priceOf(item), ratingOf(item)];
  if (!price && !rating) return null;
  return el(
    "p",
    { class: "worth" },
    price && el("span", { class: "price" }, price),
    rating &&
      el(
        "span",
        { class: "rating" },
        icon("star"),
        el("span", { class: "unseen" }, t("rated", { value: rating })),
        el("span", { "aria-hidden": "true" }, rating),
      ),
  );
}

function tags(item) {
  const shown = tagsOf(item);
  return shown.length ? el("ul", { class: "tags" }, ...shown.map((one) => el("li", {}, one))) : null;
}

function why(item, own) {
  const known = facts(item);
  return el(
    "details",
    { class: "why" },
    el("summary", { "aria-label": `${t("why")} ${item.title}` }, t("why"), icon("open")),
    el("ul", { class: "because" }, ...item.reasons.map((one) => el("li", {}, one))),
    own,
    known.length > 0 &&
      el("dl", { class: "facts", "aria-label": t("facts") }, ...known.flatMap(([label, value]) => [el("dt", {}, label), el("dd", {}, value)])),
  );
}

function verdicts(item, press) {
  const toggles = VERDICTS.map((kind) =>
    button(
      { name: kind, label: t(kind), shown: false, class: "verdict", "aria-pressed": "false", data: { kind } },
      () => press(kind),
    ),
  );
  const more = button(
    { name: "more", label: t("more"), class: "verdict wider", "aria-label": `${t("more")}: ${item.title}` },
    () => press("more_like"),
  );
  return el("div", { class: "verdicts", role: "group", "aria-label": item.title }, ...toggles, more);
}
