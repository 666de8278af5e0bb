/** A reply that lists the items, taken apart: what is said around the list, and what is said of each item on its card. */

const ENTRY = /^\s*(?:\d+[.)、]|[-*•])\s*(.*)$/;
const INDENTED = /^\s+\S/;
const SEPARATOR = /^[\s—–:：,，-]+/;

/**
 * `around` is the text without the entries of shown items, `of` what an entry says of its item, by title.
 * The last line may still be coming in: it is held back while it could be such an entry.
 */
export function apart(text, titles) {
  const longest = [...titles].sort((one, other) => other.length - one.length);
  const lines = text.split("\n");
  const around = [];
  const of = new Map();
  let current = null;
  lines.forEach((line, place) => {
    const entry = ENTRY.exec(line)?.[1].replaceAll("**", "");
    if (entry !== undefined) current = longest.find((title) => entry.startsWith(title)) ?? null;
    else if (!INDENTED.test(line)) current = null;
    if (current === null) {
      const coming = place === lines.length - 1 && /^\s*(?:\d+[.)、]?|[-*•])?\s*$/.test(line.replace(entry ?? "", ""));
      if (!(entry !== undefined && coming && longest.some((title) => title.startsWith(entry)))) around.push(line);
      return;
    }
    const words = entry === undefined ? line.trim() : entry.slice(current.length).replace(SEPARATOR, "");
    of.set(current, [...(of.get(current) ?? []), words].filter(Boolean));
  });
  return { around: around.join("\n").trim(), of };
}
