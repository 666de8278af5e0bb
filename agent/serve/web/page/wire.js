/** The server: typed requests, and a turn as the events of a stream (server-sent events over fetch). */

import { key } from "./state.js";

/** The server said no: `status`, the problem's `code`, and how many seconds to `wait` before trying again. */
export class Refused extends Error {
  constructor({ status, code = "", detail = "" }, wait = 0) {
    super(detail);
    Object.assign(this, { status, code, wait });
  }
}

/** The connection ended before the turn did. */
export class Lost extends Error {}

/** The JSON of an answer, null for an empty one. Throws Refused and Lost. */
export async function ask(method, path, body, signal) {
  const answer = await request(method, path, body, signal, "application/json");
  const text = await answer.text();
  return text ? JSON.parse(text) : null;
}

/** The bytes of an answer. Throws Refused and Lost. */
export const bytes = (path) => request("GET", path, undefined, undefined, "*/*").then((answer) => answer.blob());

/** The facts that the page opens with, and the policy that its pictures are loaded under. Throws Refused and Lost. */
export async function facts(signal) {
  const answer = await request("GET", "api/page", undefined, signal, "application/json");
  return { ...(await answer.json()), policy: answer.headers.get("content-security-policy") };
}

/** The events of one turn, each `{event, ...}`. Throws Refused, and Lost when no end of the turn came. */
export async function* turn(asked, signal) {
  const answer = await request("POST", "api/chat/stream", asked, signal, "text/event-stream");
  let ended = false;
  try {
    for await (const event of events(answer.body)) {
      ended ||= ["turn", "confirm", "error"].includes(event.event);
      yield event;
    }
  } catch (error) {
    if (signal.aborted || ended) return;
    throw new Lost(error.message);
  }
  if (!ended && !signal.aborted) throw new Lost("The stream ended early.");
}

async function request(method, path, body, signal, accept) {
  const headers = { accept };
  if (body !== undefined) headers["content-type"] = "application/json";
  if (key.get()) headers.authorization = `Bearer ${key.get()}`;
  const sent = { method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body) };
  const answer = await fetch(path, sent).catch((error) => {
    throw error.name === "AbortError" ? error : new Lost(error.message);
  });
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => ({}));
  throw new Refused({ ...problem, status: answer.status }, Number(answer.headers.get("retry-after")));
}

/** The events in a stream of bytes (HTML Living Standard, 9.2.6: `event` and `data` lines, a blank line ends one). */
async function* events(body) {
  let rest = "";
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + value).replaceAll("\r\n", "\n").split("\n\n");
    rest = blocks.pop();
    for (const event of blocks.map(parsed)) if (event) yield event;
  }
}

function parsed(block) {
  const fields = { event: "message", data: [] };
  for (const line of block.split("\n")) {
    const [, name, value] = /^([a-z]+): ?(.*)$/.exec(line) ?? [];
    if (name === "data") fields.data.push(value);
    else if (name === "event") fields.event = value;
  }
  return fields.data.length ? { event: fields.event, ...JSON.parse(fields.data.join("\n")) } : null;
}
