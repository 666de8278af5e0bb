/** A reply that lists items, taken apart: what is said before and after the list, and of each item, for its card. */

const ENTRY = /^\s*(?:\d+[.)、]|[-*•])\s*(.*)$/;
const INDENTED = /^\s+\S/;
const SEPARATOR = /^[\s—–:：,，》-]+/;
const SHORTEST_CUT = 40;

/**
 * `before` and `after` the entries of shown items, `of` what an entry says of its item, by title.
 * The last line may still be coming in: it is held back while it could be such an entry.
 */
export function apart(text, titles) {
  const longest = [...titles].sort((one, other) => other.length - one.length);
  const read = longest.map((title) => [title, visible(title)]);
  const lines = text.split("\n");
  const [before, after, of] = [[], [], new Map()];
  let current = null;
  for (const [place, line] of lines.entries()) {
    const entry = unmarked(ENTRY.exec(line)?.[1]);
    if (entry !== undefined) current = read.find(([, shown]) => long(entry, shown)) ?? null;
    else if (!INDENTED.test(line)) current = null;
    if (current !== null) {
      const [title, shown] = current;
      const words = entry === undefined ? line.trim() : entry.slice(long(entry, shown)).replace(SEPARATOR, "");
      of.set(title, [...(of.get(title) ?? []), words].filter(Boolean));
    } else if (place < lines.length - 1 || !coming(line, entry, read)) (of.size ? after : before).push(line);
  }
  return { before: before.join("\n").trim(), after: after.join("\n").trim(), of };
}

/** A title as replies write it: on one line, without what cannot be seen, and without marks around it. */
const visible = (title) =>
  unmarked(title.replace(/[\p{Cf}\p{Cs}\p{Co}\p{Cn}]/gu, "").replace(/[\p{Cc}\s]+/gu, " ").trim());
const unmarked = (text) => text?.replaceAll("**", "").replace(/^《/, "");

/** How much of an entry is that title, whole or cut short by an ellipsis; 0 when it begins with another one. */
function long(entry, shown) {
  if (shown && entry.startsWith(shown)) return shown.length;
  const cut = entry.indexOf("…");
  return cut >= SHORTEST_CUT && shown.startsWith(entry.slice(0, cut)) ? cut + 1 : 0;
}

/** Whether a line that is not over may become the entry of a shown item. */
function coming(line, entry, titles) {
  if (entry === undefined) return /^\s*\d*$/.test(line) && titles.length > 0;
  return titles.some(([, shown]) => shown.startsWith(entry));
}
