/** The first screen: what the catalog holds, and ideas to start with. */

import { button, el, find } from "./dom.js";
import { rounded } from "./facets.js";
import { amount, spoken, t } from "./language.js";

const KINDS = 2;

/** Shows the facts of the catalog, null before they are known. `send(asked)` and `attach()` are what ideas do. */
export function welcome(facts, { send, attach }) {
  const name = facts ? titled(spoken() === "zh" ? facts.noun.zh : facts.plural) : t("brand");
  find("#catalog").textContent = name;
  document.title = name;
  find("#hint").textContent = facts ? t("hint", { count: amount(facts.items), ...words(facts) }) : t("hintPlain");
  find("#starters").replaceChildren(...(facts ? starters(facts, send, attach) : []));
}

const words = (facts) => ({ plural: facts.plural, noun: facts.noun[spoken()] });
const titled = (name) => name.charAt(0).toUpperCase() + name.slice(1);

function starters(facts, send, attach) {
  const kinds = facts.kinds[spoken()].slice(0, KINDS).map((value) => t("starterKind", { value: readable(value) }));
  const price = facts.price && amount(rounded(facts.price.amount), facts.price.unit);
  const said = [...kinds, ...(price ? [t("starterUnder", { noun: facts.noun[spoken()], price })] : []), t("starterNice")];
  const ideas = said.map((message) => button({ label: message, class: "chip" }, () => send({ message })));
  if (facts.pictures) ideas.push(button({ name: "picture", label: t("starterPicture"), class: "chip" }, attach));
  return ideas.map((idea) => el("li", {}, idea));
}

const readable = (value) => value.replaceAll(/[-_]/g, " ");
