/** A reply that lists items, taken apart: what is said before and after the list, and of each item, for its card. */

const ENTRY = /^\s*(?:\d+[.)、]|[-*•])\s*(.*)$/;
const INDENTED = /^\s+\S/;
const SEPARATOR = /^[\s—–:：,，-]+/;

/**
 * `before` and `after` the entries of shown items, `of` what an entry says of its item, by title.
 * The last line may still be coming in: it is held back while it could be such an entry.
 */
export function apart(text, titles) {
  const longest = [...titles].sort((one, other) => other.length - one.length);
  const lines = text.split("\n");
  const [before, after, of] = [[], [], new Map()];
  let current = null;
  for (const [place, line] of lines.entries()) {
    const entry = ENTRY.exec(line)?.[1].replaceAll("**", "");
    if (entry !== undefined) current = longest.find((title) => entry.startsWith(title)) ?? null;
    else if (!INDENTED.test(line)) current = null;
    if (current !== null) {
      const words = entry === undefined ? line.trim() : entry.slice(current.length).replace(SEPARATOR, "");
      of.set(current, [...(of.get(current) ?? []), words].filter(Boolean));
    } else if (place < lines.length - 1 || !coming(line, entry, longest)) (of.size ? after : before).push(line);
  }
  return { before: before.join("\n").trim(), after: after.join("\n").trim(), of };
}

/** Whether a line that is not over may become the entry of a shown item. */
function coming(line, entry, titles) {
  if (entry === undefined) return /^\s*\d*$/.test(line) && titles.length > 0;
  return titles.some((title) => title.startsWith(entry));
}
