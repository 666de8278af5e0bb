/** What a person says of an item by a button: told to the server, marked on every card of that item, taken back. */

import { announce } from "./dom.js";
import { t, trouble } from "./language.js";
import { thread } from "./state.js";
import { ask } from "./wire.js";

const OPINIONS = ["like", "dislike"];
const HAD = ["seen", "chosen"];
const opinions = new Map();
const had = new Set();
let told = Promise.resolve();

/** Whether that verdict on an item holds. */
export const holds = (id, kind) => (kind === "seen" ? had.has(id) : opinions.get(id) === kind);

/** Learns what was said of items before, as far as the server tells. */
export async function recall() {
  const { profile } = await ask("GET", "api/profile");
  opinions.clear();
  had.clear();
  for (const { item_id: id, kind, consumed } of profile.events) {
    if (OPINIONS.includes(kind)) opinions.set(id, kind);
    if (HAD.includes(kind) || consumed) had.add(id);
  }
}

/** Says a verdict, or takes it back where it holds. `changed()` is told at once, and again should it not be taken. */
export function judge(item, kind, changed) {
  const [id, held] = [item.item_id, holds(item.item_id, kind)];
  const back = before(id, kind);
  note(id, kind, !held);
  changed();
  told = told.then(async () => {
    try {
      await (held ? takeBack(id, kind) : say(id, kind));
      announce(t(`${held ? "taken" : "noted"}_${kind}`, { title: item.title }));
    } catch (error) {
      back();
      changed();
      announce(trouble(error));
    }
  });
  return told;
}

/** Tells the conversation which item "more like this" means; the message that follows names it as well. */
export const likeThis = (item) => say(item.item_id, "more_like").catch(() => null);

const say = (id, kind) => ask("POST", "api/feedback", { item_id: id, kind, thread_id: thread.get() });

function takeBack(id, kind) {
  const named = new URLSearchParams({ item_id: id, kind });
  if (thread.get()) named.set("thread_id", thread.get());
  return ask("DELETE", `api/feedback?${named}`);
}

function note(id, kind, yes) {
  if (kind === "seen") had[yes ? "add" : "delete"](id);
  else if (yes) opinions.set(id, kind);
  else opinions.delete(id);
}

/** What brings back what held before. */
function before(id, kind) {
  if (kind === "seen") return note.bind(null, id, kind, had.has(id));
  const held = opinions.get(id);
  return () => note(id, held ?? kind, held !== undefined);
}
