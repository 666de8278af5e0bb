/** What was said in this conversation before the page was opened. */

import { mark } from "./cards.js";
import { thread } from "./state.js";
import { answerIn, turnOf } from "./talk.js";
import { ask } from "./wire.js";

/** The turns of the conversation as the server has them, oldest first. Throws Refused and Lost. */
export async function past() {
  const { turns } = await ask("GET", `api/threads/${encodeURIComponent(thread.get())}`);
  return turns;
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
