/** What stands in for a missing picture: a small drawing made from the item's id, always the same for the same item. */

import { el, svg } from "./dom.js";

const WIDTH = 320;
const HEIGHT = 200;

/** A drawing in two related hues: a sky, a disc and hills, as the id says. It says nothing to a screen reader. */
export function cover(id) {
  const dice = rolling(id);
  const hue = Math.floor(dice() * 360);
  const drawing = svg(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "xMidYMid slice", "aria-hidden": "true" },
    svg("rect", { width: WIDTH, height: HEIGHT, fill: tone(hue, 36, 80) }),
    disc(dice, hue),
    ...[64, 50, 36].map((light, place) => hill(dice, hue + 14 * place, light, 0.54 + 0.15 * place)),
  );
  return el("div", { class: "drawn" }, drawing);
}

function disc(dice, hue) {
  const place = { cx: 60 + dice() * 200, cy: 72 + dice() * 34, r: 18 + dice() * 16 };
  return svg("circle", { ...place, fill: tone(hue + 40, 62, 90) });
}

function hill(dice, hue, light, height) {
  const at = (share) => HEIGHT * (height + (share - 0.5) * 0.3);
  const [left, first, second, right] = [dice(), dice(), dice(), dice()].map(at);
  const line = `M0 ${left} C${WIDTH * 0.33} ${first} ${WIDTH * 0.66} ${second} ${WIDTH} ${right} V${HEIGHT} H0 Z`;
  return svg("path", { d: line, fill: tone(hue, 32, light) });
}

const tone = (hue, saturation, light) => `hsl(${hue % 360} ${saturation}% ${light}%)`;

/** Numbers in [0, 1) that depend on the text only (FNV-1a, then mulberry32). */
function rolling(text) {
  let seed = 2166136261;
  for (const letter of text) seed = Math.imul(seed ^ letter.codePointAt(0), 16777619);
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
