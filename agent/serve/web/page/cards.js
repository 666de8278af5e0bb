/** The card of a recommended item. */

import { button, el, icon } from "./dom.js";
import { facts, priceOf, ratingOf, tagsOf } from "./facets.js";
import { holds } from "./feedback.js";
import { pictureOf } from "./images.js";
import { labelled, t } from "./language.js";

const VERDICTS = ["like", "dislike", "seen"];
let cards = 0;

/**
 * The card of an item with its reasons; `press(kind)` is told of a verdict and of the wish for more like it.
 * `tell(lines)` adds what the reply says of it beyond the reasons.
 */
export function card(item, press) {
  const name = `item-${++cards}`;
  const own = el("div", { class: "own" });
  const made = el(
    "article",
    { class: "card", "aria-labelledby": name, data: { item: item.item_id, said: saidOf(item.item_id) } },
    el("div", { class: "cover" }, pictureOf(item)),
    el(
      "div",
      { class: "about" },
      el("h3", { id: name }, item.title),
      worth(item),
      tags(item),
      ...item.disclosures.map((one) => el("p", { class: "disclosure" }, one)),
    ),
    why(item, own),
    verdicts(item, press),
  );
  const says = (line, why) => line.toLowerCase().includes(why.toLowerCase());
  const repeats = (line) => item.reasons.length > 0 && item.reasons.every((why) => says(line, why));
  const news = (line) => !repeats(line) && !tagsOf(item).includes(line);
  const tell = (lines) => own.replaceChildren(...lines.filter(news).map((one) => el("p", { class: "small" }, one)));
  return { made, tell };
}

/** Shows on every card of an item which verdicts hold. */
export function mark(id) {
  for (const made of document.querySelectorAll(`.card[data-item="${CSS.escape(id)}"]`)) {
    made.dataset.said = saidOf(id);
    for (const one of made.querySelectorAll("[aria-pressed]")) {
      one.setAttribute("aria-pressed", pressed(id, one.dataset.kind));
    }
  }
}

const pressed = (id, kind) => String(holds(id, kind));
const saidOf = (id) => VERDICTS.filter((kind) => holds(id, kind)).join(" ");

function worth(item) {
  const [price, rating] = [priceOf(item), ratingOf(item)];
  if (!price && !rating) return null;
  return el(
    "p",
    { class: "worth" },
    price && el("span", { class: "price" }, price),
    rating &&
      el(
        "span",
        { class: "rating" },
        icon("star"),
        el("span", { class: "unseen" }, t("rated", { value: rating })),
        el("span", { "aria-hidden": "true" }, rating),
      ),
  );
}

function tags(item) {
  const shown = tagsOf(item);
  return shown.length ? el("ul", { class: "tags" }, ...shown.map((one) => el("li", {}, one))) : null;
}

function why(item, own) {
  const known = facts(item).flatMap(([label, value]) => [el("dt", {}, label), el("dd", {}, value)]);
  return el(
    "details",
    { class: "why" },
    el(
      "summary",
      { "aria-label": labelled("why", item.title), data: { label: "why", of: item.title } },
      el("span", { data: { text: "why" } }, t("why")),
      icon("open"),
    ),
    el("ul", { class: "because" }, ...item.reasons.map((one) => el("li", {}, one))),
    own,
    known.length > 0 &&
      el("dl", { class: "facts", "aria-label": t("facts") }, ...known),
  );
}

function verdicts(item, press) {
  const toggles = VERDICTS.map((kind) => {
    const state = { "aria-pressed": pressed(item.item_id, kind), data: { kind, label: kind } };
    return button({ name: kind, label: t(kind), shown: false, class: "verdict", ...state }, () => press(kind));
  });
  const more = el(
    "button",
    {
      type: "button",
      class: "verdict wider",
      "aria-label": labelled("more", item.title),
      data: { label: "more", of: item.title },
      on: { click: () => press("more_like") },
    },
    icon("more"),
    el("span", { data: { text: "more" } }, t("more")),
  );
  return el("div", { class: "verdicts", role: "group", "aria-label": item.title }, ...toggles, more);
}
