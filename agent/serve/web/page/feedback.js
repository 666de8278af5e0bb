/** What a person says of an item by a button: told to the server, marked on every card of that item. */

import { announce } from "./dom.js";
import { t, trouble } from "./language.js";
import { thread } from "./state.js";
import { ask } from "./wire.js";

const KINDS = ["like", "dislike", "seen"];
const verdicts = new Map();

/** Which verdict on an item is known: like, dislike, seen or nothing. */
export const verdictOf = (id) => verdicts.get(id) ?? "";

/** Learns what was said of items before, as far as the server tells. */
export async function recall() {
  const { profile } = await ask("GET", "api/profile");
  verdicts.clear();
  for (const { item_id: id, kind } of profile.events) if (KINDS.includes(kind)) verdicts.set(id, kind);
}

/** Sends a verdict. `changed()` is told at once, and again should the server not take it. */
export async function judge(item, kind, changed) {
  const before = verdictOf(item.item_id);
  verdicts.set(item.item_id, kind);
  changed();
  try {
    await ask("POST", "api/feedback", { item_id: item.item_id, kind, thread_id: thread.get() });
    announce(t(`noted_${kind}`, { title: item.title }));
  } catch (error) {
    verdicts.set(item.item_id, before);
    changed();
    announce(trouble(error));
  }
}

/** Tells the conversation which item "more like this" means; the message that follows names it as well. */
export function likeThis(item) {
  const said = { item_id: item.item_id, kind: "more_like", thread_id: thread.get() };
  return ask("POST", "api/feedback", said).catch(() => null);
}
