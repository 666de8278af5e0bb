/** Text of a reply as paragraphs, lists and **bold**: a few elements, and text in them. */

import { el } from "./dom.js";

const BULLET = /^\s*[-*•]\s+(.*)$/;
const NUMBER = /^\s*\d+[.)、]\s*(.*)$/;
const BOLD = /\*\*([^*\n]+)\*\*/g;

/** The elements of a text. */
export function prose(text) {
  const blocks = [];
  for (const line of text.split("\n")) add(blocks, line);
  return blocks.filter((block) => block.lines.length).map(drawn);
}

function add(blocks, line) {
  const [kind, words] = read(line);
  const last = blocks.at(-1);
  if (kind === "gap") blocks.push({ kind, lines: [] });
  else if (kind === "ol" && last?.kind === "ol" && /^\s+\S/.test(line) && !NUMBER.test(line)) last.lines.push(words);
  else if (last?.kind === kind) last.lines.push(words);
  else blocks.push({ kind, lines: [words] });
}

function read(line) {
  if (!line.trim()) return ["gap", ""];
  const bullet = BULLET.exec(line);
  if (bullet) return ["ul", bullet[1]];
  const number = NUMBER.exec(line);
  return number ? ["ol", number[1]] : ["p", line.trim()];
}

function drawn({ kind, lines }) {
  if (kind === "p") return el("p", {}, ...lines.flatMap((line, place) => [...(place ? [el("br")] : []), ...inline(line)]));
  return el(kind, {}, ...lines.map((line) => el("li", {}, ...inline(line))));
}

function inline(line) {
  const parts = [];
  let from = 0;
  for (const found of line.matchAll(BOLD)) {
    parts.push(line.slice(from, found.index), el("strong", {}, found[1]));
    from = found.index + found[0].length;
  }
  return [...parts, line.slice(from)].filter((part) => part !== "");
}
