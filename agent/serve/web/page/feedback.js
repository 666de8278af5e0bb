/** What a person says of an item by a button: told to the server, marked on every card of that item. */

import { announce } from "./dom.js";
import { t, trouble } from "./language.js";
import { thread } from "./state.js";
import { ask } from "./wire.js";

/** Sends a verdict. `marked(kind)` shows it at once, and shows the one before again should the server not take it. */
export async function judge(item, kind, before, marked) {
  marked(kind);
  try {
    await ask("POST", "api/feedback", { item_id: item.item_id, kind, thread_id: thread.get() });
    announce(t(`noted_${kind}`, { title: item.title }));
  } catch (error) {
    marked(before);
    announce(trouble(error));
  }
}

/** Tells the conversation which item "more like this" means; the message that follows names it as well. */
export function likeThis(item) {
  const said = { item_id: item.item_id, kind: "more_like", thread_id: thread.get() };
  return ask("POST", "api/feedback", said).catch(() => null);
}
