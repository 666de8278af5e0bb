/** The conversation: one turn at a time, stopped, lost and offered again, and taken up after a reload. */

import { find } from "./dom.js";
import { spoken, t } from "./language.js";
import { pending, thread } from "./state.js";
import { answerIn, turnOf } from "./talk.js";
import { Lost, Refused, ask, turn as stream } from "./wire.js";

const NEAR = 120;

/**
 * `hooks`: `busy(yes)`, `edit(asked)` puts a message back, `key()` asks for one and says whether there is one,
 * `connected()` settles once the server answers again.
 */
export function conversation(hooks) {
  const turns = find("#turns");
  let running = null;
  let answer = null;
  let confirming = false;

  /** Sends a message, or the answer to a confirmation, and shows what comes. */
  async function send(asked) {
    if (running) return;
    const shown = begin(asked);
    running = new AbortController();
    hooks.busy(true);
    pending.set({ message: asked.message, confirm: asked.confirm, pictured: Boolean(asked.image) });
    try {
      await follow(asked, running.signal);
      if (running.signal.aborted) stopped(asked);
      else pending.set(null);
    } catch (error) {
      if (running.signal.aborted) stopped(asked);
      else await wrong(error, asked, shown);
    } finally {
      running = null;
      answer.end();
      hooks.busy(false);
    }
  }

  function begin(asked) {
    find("#welcome").hidden = true;
    for (const old of turns.querySelectorAll(".notice")) old.remove();
    const place = asked.confirm === undefined ? turnOf(asked) : turns.lastElementChild;
    turns.append(place);
    answer = answerIn(place, press);
    keepInView(place);
    return place;
  }

  async function follow(asked, signal) {
    let reply = "";
    let question = null;
    for await (const event of stream({ ...asked, thread_id: thread.get() }, signal)) {
      if (event.event === "thread") thread.set(event.thread_id);
      else if (event.event === "tool") answer.progress(toolText(event));
      else if (event.event === "item") answer.item(event.item);
      else if (event.event === "token") answer.text((reply += event.text));
      else if (event.event === "question") ({ question } = event);
      else if (event.event === "confirm") confirm(event.confirm);
      else if (event.event === "turn") ended(event.turn, question);
      else if (event.event === "error") throw new Refused(event.problem.status, event.problem.detail, 0);
      keepInView(answer.made.parentElement);
    }
  }

  function ended(turn, question) {
    answer.text(turn.reply);
    if (turn.degraded.length) answer.note(t("simpler"));
    if (question) answer.question(question, turn.language, (message) => send({ message }));
    const titles = answer.items.map((item) => item.title).join(spoken() === "zh" ? "、" : ", ");
    const count = answer.items.length;
    announce(count ? `${turn.reply.split("\n")[0]} ${t("announced", { count, titles })}` : turn.reply);
  }

  function confirm(question) {
    announce(question.message);
    answer.confirm(question, (yes) => send({ confirm: yes }));
  }

  function stopped(asked) {
    pending.set(null);
    announce(t("stopped"));
    answer.notice(t("stopped"), ...offers(asked));
  }

  const offers = (asked) => [
    [t("again"), () => again(asked)],
    ...(asked.confirm === undefined ? [[t("edit"), () => (drop(asked), hooks.edit(asked))]] : []),
  ];

  function again(asked) {
    drop(asked);
    send(asked);
  }

  function drop(asked) {
    if (asked.confirm === undefined) turns.lastElementChild.remove();
    else answer.made.remove();
  }

  async function wrong(error, asked) {
    if (error instanceof Lost) return lost(asked);
    pending.set(null);
    if (error.status === 401 && (await hooks.key())) return void queueMicrotask(() => again(asked));
    if (error.status === 404) return gone(asked);
    const text = error.status === 429 ? t("busy", { wait: error.wait || 5 }) : t("failed", { detail: error.message });
    announce(text);
    answer.notice(text, ...offers(asked));
  }

  function gone(asked) {
    thread.set(null);
    answer.notice(t("gone"), ...offers(asked));
  }

  /** What was lost is looked for on the server once it answers again, and offered again only if it is not there. */
  async function lost(asked) {
    announce(t("lost"));
    answer.progress(t("lost"));
    await hooks.connected();
    announce(t("back"));
    pending.set(null);
    const said = await past().catch(() => []);
    const last = said.at(-1);
    if (last && last.message === (asked.message ?? "") && said.length === turns.children.length) {
      turns.lastElementChild.remove();
      show(last);
    } else {
      answer.progress("");
      answer.notice(t("unanswered"), ...offers(asked));
    }
  }

  return { send, stop: () => running?.abort(), resume, clear, running: () => Boolean(running) };
}
