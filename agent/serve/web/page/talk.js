/** How a turn looks: what was asked, and the answer as it comes in. */

import { card } from "./cards.js";
import { button, el, icon } from "./dom.js";
import { apart } from "./entries.js";
import { bounds } from "./facets.js";
import { t } from "./language.js";
import { prose } from "./prose.js";

const AGE_GATE = "age_gate";
const GHOSTS = 3;

/**
 * A turn with what the person wrote or sent; `shown` says more to the person than the message to the server.
 * Of `pictures` without an `image` only the number is known: nobody keeps them.
 */
export function turnOf({ message, image, pictures = 0, shown = message }) {
  const words = shown && el("p", { class: "words" }, shown);
  const gone = pictures > 0 && el("p", { class: "gone" }, icon("picture"), el("span", {}, t("sentBefore")));
  const picture = image ? el("img", { src: image, alt: t("sent") }) : gone;
  return el(
    "li",
    { class: "turn" },
    el("div", { class: "asked" }, el("span", { class: "unseen" }, t("you")), picture, words),
  );
}

/** The answer to a turn. `press(item, kind)` is told of verdicts on its cards. */
export function answerIn(turn, press) {
  const progress = el("p", { class: "progress" }, t("thinking"));
  const words = el("div", { class: "prose" });
  const rest = el("div", { class: "prose" });
  const list = el("ul", { class: "cards", "aria-label": t("suggestions"), data: { label: "suggestions" }, hidden: true });
  const after = el("div", { class: "after" });
  const made = el(
    "div",
    { class: "answered", role: "group", "aria-label": t("reply"), "aria-busy": "true", data: { label: "reply" } },
    progress,
    words,
    list,
    rest,
    after,
  );
  const shown = new Map();
  turn.append(made);

  return {
    made,
    items: [],

    progress(text) {
      progress.textContent = text;
    },

    /** Room for cards that are about to come. */
    expect(count) {
      if (this.items.length) return;
      list.hidden = !count;
      list.replaceChildren(...Array.from({ length: Math.min(count, GHOSTS) }, ghost));
    },

    item(item) {
      if (!this.items.length) list.replaceChildren();
      const drawn = card(item, (kind) => press(item, kind));
      this.items.push(item);
      shown.set(item.title, drawn);
      list.hidden = false;
      list.append(el("li", {}, drawn.made));
    },

    /** The reply so far. What it says of a shown item goes on that item's card. */
    text(reply) {
      const { before, after: last, of } = apart(reply, [...shown.keys()]);
      words.replaceChildren(...prose(before));
      rest.replaceChildren(...prose(last));
      for (const [title, said] of of) shown.get(title).tell(said);
    },

    question(question, tongue, choose) {
      const answers = choices(question, this.items, tongue);
      const buttons = answers.map((one) => el("li", {}, chip(one, () => settle(row, one, choose))));
      const row = el("ul", { class: "answers", "aria-label": t("answers") }, ...buttons);
      if (buttons.length) after.append(row);
    },

    confirm(question, decide) {
      const row = el(
        "div",
        { class: "answers" },
        button({ label: t("yes"), class: "strong" }, () => settle(row, t("yes"), () => decide(true))),
        button({ label: t("no"), class: "plain" }, () => settle(row, t("no"), () => decide(false))),
      );
      after.append(el("section", { class: "confirm" }, el("h3", {}, t("confirm")), ...prose(question.message), row));
      row.firstChild.focus();
    },

    /** Something went another way, and what can be done about it: `[label, press]` each. */
    notice(text, ...offers) {
      const row = el("div", { class: "notice" }, el("span", {}, text));
      for (const [label, take] of offers) {
        row.append(chip(label, () => take() !== false && row.remove()));
      }
      after.append(row);
    },

    note: (text) => after.append(el("p", { class: "small" }, text)),

    end() {
      if (!this.items.length) this.expect(0);
      made.setAttribute("aria-busy", "false");
      if (progress.textContent === t("thinking")) progress.remove();
    },
  };
}

const ghost = () => el("li", { class: "ghost", "aria-hidden": "true" });

function choices({ facet, values }, items, tongue) {
  if (facet === AGE_GATE) return [t("yes", {}, tongue), t("no", {}, tongue)];
  const prices = facet === items[0]?.price?.name ? bounds(items).map((price) => t("under", { price }, tongue)) : [];
  return [...values, ...prices, t("any", {}, tongue)];
}

const chip = (label, press) => button({ label, class: "chip" }, press);

/** Shows what was chosen, unless it could not be sent now. */
function settle(row, chosen, act) {
  if (act(chosen) === false) return;
  for (const one of row.querySelectorAll("button")) {
    one.disabled = true;
    if (one.textContent === chosen) one.dataset.chosen = "";
  }
}
