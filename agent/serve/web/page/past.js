/** What was said in this conversation before the page was opened, or while it was cut off. */

import { thread } from "./state.js";
import { answerIn, turnOf } from "./talk.js";
import { ask } from "./wire.js";

const NOTHING = { turns: [], question: null, confirm: null };

/** The conversation as the server has it: `turns` oldest first, and what it waits for. Throws Refused and Lost. */
export async function past(signal) {
  return thread.get() ? ask("GET", `api/threads/${encodeURIComponent(thread.get())}`, undefined, signal) : NOTHING;
}

/** Puts a turn that is over at the end of the list; its answer, to go on with. */
export function show(one, list, press) {
  const turn = turnOf(one);
  const answer = answerIn(turn, press);
  list.append(turn);
  for (const item of one.items) answer.item(item);
  answer.text(one.reply);
  answer.end();
  return answer;
}

/** The answer to a message that was lost, when the server has one: what came after the last turn that was seen. */
export function answerTo(message, said, last) {
  const [before, newest] = [said.turns.at(-2), said.turns.at(-1)];
  const follows = before?.message === last?.message && before?.reply === last?.reply;
  return newest?.message === message && newest.reply && follows ? newest : null;
}
