/** What the facets of a card say: its price, its rating, the few worth a tag, and the rest as facts. */

import { amount, spoken, t } from "./language.js";

const TAGS = ["creator", "brand", "category", "date", "place"];
const ON_CARD = ["price", "rating", "sponsored"];
const MOST_WORDS = 3;

export const priceOf = (item) => item.price && amount(item.price.value, item.price.unit);
export const ratingOf = (item) => ofRole(item, "rating", (facet) => amount(facet.value));

/** Short words under the title, at most one a role, that the title does not say already. */
export function tagsOf(item) {
  const title = item.title.toLowerCase();
  return TAGS.map((role) => ofRole(item, role, said)).filter((one) => one && !title.includes(one.toLowerCase()));
}

/** [label, value] of every facet that the card does not show already. */
export function facts(item) {
  return item.facets
    .filter((facet) => !ON_CARD.includes(facet.role))
    .map((facet) => [facet.label, said(facet)])
    .filter(([, value]) => value);
}

/** Two round prices that split what is shown: answers to "how much would you like to spend?". */
export function bounds(items) {
  const prices = items.filter((item) => item.price).map((item) => item.price.value);
  const sorted = prices.filter((price) => price > 0).sort((one, other) => one - other);
  if (sorted.length < 2) return [];
  const round = [0.25, 0.75].map((share) => rounded(sorted[Math.floor(share * (sorted.length - 1))]));
  return [...new Set(round)].map((price) => amount(price, items.find((item) => item.price).price.unit));
}

/** Up to 1, 2 or 5 times a power of ten: what people say when they name a bound. */
export function rounded(price) {
  const power = 10 ** Math.floor(Math.log10(price));
  return [1, 2, 5, 10].find((step) => step * power >= price) * power;
}

function ofRole(item, role, tell) {
  const facet = item.facets.find((one) => one.role === role);
  return facet ? tell(facet) : null;
}

function said({ value, unit }) {
  if (Array.isArray(value)) return value.slice(0, MOST_WORDS).map(plain).join(spoken() === "zh" ? "、" : ", ");
  if (typeof value === "number") return amount(value, unit);
  if (typeof value === "boolean") return t(value ? "holds" : "fails");
  return plain(value);
}

/** `womens-bags` reads as people write it; anything else stays as it is. */
const plain = (value) => (/^[a-z]+([-_][a-z]+)+$/.test(value) ? value.replaceAll(/[-_]/g, " ") : value);
