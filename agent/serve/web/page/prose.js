/** Text of a reply as paragraphs, lists and **bold**: a few elements, and text in them. */

import { el } from "./dom.js";

const BULLET = /^\s*[-*•]\s+(.*)$/;
const NUMBER = /^\s*(\d{1,9})[.)、]\s*(.*)$/;
const LISTS = ["ul", "ol"];
const BOLD = /\*\*([^*\n]+)\*\*/g;

/** The elements of a text. */
export function prose(text) {
  const blocks = [];
  for (const line of text.split("\n")) add(blocks, line);
  return blocks.filter((block) => block.lines.length).map(drawn);
}

function add(blocks, line) {
  const { kind, words, number } = read(line);
  const last = blocks.at(-1);
  if (kind === "gap") blocks.push({ kind, lines: [] });
  else if (kind === "p" && LISTS.includes(last?.kind) && /^\s/.test(line)) last.lines.at(-1).words.push(words);
  else if (last?.kind === kind) last.lines.push({ words: [words], number });
  else blocks.push({ kind, lines: [{ words: [words], number }] });
}

function read(line) {
  if (!line.trim()) return { kind: "gap" };
  const bullet = BULLET.exec(line);
  if (bullet) return { kind: "ul", words: bullet[1] };
  const entry = NUMBER.exec(line);
  return entry ? { kind: "ol", words: entry[2], number: entry[1] } : { kind: "p", words: line.trim() };
}

function drawn({ kind, lines }) {
  if (kind === "p") return el("p", {}, ...broken(lines.flatMap((line) => line.words)));
  return el(kind, {}, ...lines.map(({ words, number }) => el("li", { value: number }, ...broken(words))));
}

const broken = (lines) => lines.flatMap((line, place) => [...(place ? [el("br")] : []), ...inline(line)]);

function inline(line) {
  const parts = [];
  let from = 0;
  for (const found of line.matchAll(BOLD)) {
    parts.push(line.slice(from, found.index), el("strong", {}, found[1]));
    from = found.index + found[0].length;
  }
  return [...parts, line.slice(from)].filter((part) => part !== "");
}
