/** The conversation: one turn at a time, stopped, lost and offered again, and taken up after a reload. */

import { mark } from "./cards.js";
import { announce, find } from "./dom.js";
import { judge, likeThis } from "./feedback.js";
import { spoken, t, tongueOf, trouble } from "./language.js";
import { answerTo, past, show } from "./past.js";
import { pending, thread } from "./state.js";
import { answerIn, turnOf } from "./talk.js";
import { Lost, Refused, turn as stream } from "./wire.js";

const MARGIN = 16;
const MOVED = 40;

/**
 * `hooks`: `busy(yes)`; `edit(asked)` puts a message back into the field; `key()` asks for a key and says whether one
 * was given; `connected()` settles once the server answers again.
 */
export function conversation(hooks) {
  const turns = find("#turns");
  let running = null;
  let answer = null;
  let last = null;
  let kept = null;

  /** Sends a message, or the answer to a confirmation; whether it could be sent, for one turn runs at a time. */
  function send(asked) {
    if (running) return false;
    running = new AbortController();
    carry(asked);
    return true;
  }

  async function carry(asked) {
    begin(asked);
    hooks.busy(true);
    pending.set({ message: asked.message ?? "", confirm: asked.confirm, image: asked.image });
    const then = await follow(asked, running.signal).catch((error) => wrong(error, asked));
    answer.end();
    keepInView();
    settled();
    then?.();
  }

  function begin(asked) {
    find("#welcome").hidden = true;
    for (const old of turns.querySelectorAll(".notice")) old.remove();
    for (const old of turns.querySelectorAll(".answers button")) old.disabled = true;
    if (asked.confirm === undefined) turns.append(turnOf(asked));
    answer = answerIn(turns.lastElementChild, press);
    kept = null;
    keepInView();
  }

  async function follow(asked, signal) {
    let reply = "";
    let question = null;
    const { message, image, confirm: decided } = asked;
    for await (const event of stream({ message, image, confirm: decided, thread_id: thread.get() }, signal)) {
      if (event.event === "thread") thread.set(event.thread_id);
      else if (event.event === "tool") told(event);
      else if (event.event === "item") answer.item(event.item);
      else if (event.event === "token") answer.text((reply += event.text));
      else if (event.event === "question") ({ question } = event);
      else if (event.event === "confirm") confirm(event.confirm);
      else if (event.event === "turn") ended(event.turn, question, message);
      else if (event.event === "error") throw new Refused(event.problem);
      keepInView();
    }
    if (signal.aborted) offer(t("stopped"), asked);
    pending.set(null);
  }

  function told(event) {
    answer.progress(toolText(event));
    answer.expect(event.found ?? 0);
  }

  function ended(turn, question, message) {
    last = { message: message ?? last?.message, reply: turn.reply };
    answer.text(turn.reply);
    if (turn.degraded.length) answer.note(t("simpler"));
    if (question) answer.question(question, turn.language, (chosen) => send({ message: chosen }));
    const titles = answer.items.map((item) => item.title).join(spoken() === "zh" ? "、" : ", ");
    const list = titles && t("announced", { count: answer.items.length, titles });
    announce(list ? `${turn.reply.split("\n")[0]} ${list}` : turn.reply);
  }

  function confirm(question) {
    announce(question.message);
    answer.confirm(question, (yes) => send({ confirm: yes }));
  }

  /** Says what happened, and offers the message again; without its picture it can only be completed. */
  function offer(text, asked) {
    const edit = [t("edit"), () => (drop(asked), hooks.edit(asked))];
    const repeat = [t("again"), () => again(asked)];
    announce(text);
    answer.notice(text, ...(asked.pictures ? [] : [repeat]), ...(asked.confirm === undefined ? [edit] : []));
  }

  function again(asked) {
    drop(asked);
    send(asked);
  }

  function drop(asked) {
    if (asked.confirm === undefined) turns.lastElementChild.remove();
    else answer.made.remove();
  }

  /** What to do once the turn that went wrong is over. */
  async function wrong(error, asked) {
    if (error.name === "AbortError") offer(t("stopped"), asked);
    else if (error instanceof Lost) await lost(asked);
    else if (!(error instanceof Refused)) throw error;
    else if (error.status === 401 && (await hooks.key())) return () => again(asked);
    else {
      if (error.status === 404) thread.set(null);
      offer(error.status === 404 ? t("gone") : trouble(error), asked);
    }
    pending.set(null);
    return null;
  }

  /** A turn that was lost is looked for on the server once it answers, and offered again only where it is not. */
  async function lost(asked) {
    const { signal } = running;
    announce(t("lost"));
    answer.progress(t("lost"));
    await Promise.race([hooks.connected(), new Promise((settle) => signal.addEventListener("abort", settle))]);
    const said = await past(signal).catch(() => null);
    if (signal.aborted) return offer(t("stopped"), asked);
    const found = said && asked.confirm === undefined && answerTo(asked.message, said, last);
    if (!found) return offer(t("unanswered"), asked);
    turns.lastElementChild.remove();
    take({ ...said, turns: [{ ...found, image: asked.image }] });
  }

  /** Shows turns that are over, and what the last of them waits for. */
  function take({ turns: said, question, confirm: waiting }) {
    for (const one of said) answer = show(one, turns, press);
    last = said.at(-1) ?? last;
    if (waiting) confirm(waiting);
    else if (question) answer.question(question, tongueOf(last.reply), (message) => send({ message }));
  }

  /** After a reload: what was said before, and what got no answer. A turn that still runs is waited for. */
  async function resume() {
    const open = pending.get();
    pending.set(null);
    find("#welcome").hidden = Boolean(thread.get() ?? open);
    if (thread.get()) {
      running = new AbortController();
      hooks.busy(true);
      take(await past(running.signal).finally(settled));
    }
    if (open && open.confirm === undefined && last?.message !== open.message) {
      begin(open);
      answer.end();
      offer(t(open.pictures ? "unansweredPicture" : "unanswered"), open);
    } else if (last) keepInView();
    else find("#welcome").hidden = false;
  }

  function settled() {
    running = null;
    hooks.busy(false);
  }

  /** A verdict is noted; "more like this" is noted as well, and asked for. */
  async function press(item, kind) {
    if (kind !== "more_like") return judge(item, kind, () => mark(item.item_id));
    if (running) return;
    const { title } = item;
    const noted = await likeThis(item);
    send(noted ? { message: t("moreThis"), shown: `${t("moreThis")}: ${title}` } : { message: t("moreLike", { title }) });
  }

  /** Ends what runs and starts anew. */
  function clear() {
    running?.abort();
    thread.set(null);
    pending.set(null);
    last = null;
    turns.replaceChildren();
    find("#welcome").hidden = false;
  }

  /** Follows the answer down, but never past the top of what was asked; leaves alone who has scrolled away. */
  function keepInView() {
    if (!turns.lastElementChild) return;
    const room = document.documentElement;
    if (kept !== null && Math.abs(room.scrollTop - kept) > MOVED) return;
    const top = turns.lastElementChild.getBoundingClientRect().top + room.scrollTop - find(".bar").offsetHeight - MARGIN;
    room.scrollTo({ top: Math.min(top, room.scrollHeight - room.clientHeight), behavior: "instant" });
    kept = room.scrollTop;
  }

  return { send, resume, clear, stop: () => running?.abort() };
}

function toolText({ name, found }) {
  if (name !== "search_catalog") return t("using", { name: name.replaceAll("_", " ") });
  if (found === null) return t("searching");
  return found > 1 ? t("found", { found }) : t(found ? "foundOne" : "foundNone");
}
