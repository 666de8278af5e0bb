/** The language of the page: texts, numbers and money. */

import { language } from "./state.js";
import { TEXTS } from "./texts.js";
import { Lost, Refused } from "./wire.js";

const LOCALES = { en: "en", zh: "zh-CN" };
const WAIT_S = 5;
const CURRENCY = /^[A-Z]{3}$/;

/** `en` or `zh`: what was chosen, else what the browser prefers. */
export function spoken() {
  const wanted = language.get() ?? navigator.language;
  return wanted.toLowerCase().startsWith("zh") ? "zh" : "en";
}

/** A text of the page in the language of the page, or in the one given. */
export function t(name, values = {}, tongue = spoken()) {
  return TEXTS[tongue][name].replace(/\{(\w+)\}/g, (_, field) => values[field] ?? "");
}

/** The language that a text is written in. */
export const tongueOf = (text) => (/\p{Script=Han}/u.test(text) ? "zh" : "en");

/** What went wrong on the way or on the server, to a person. Throws what is neither. */
export function trouble(error) {
  if (error instanceof Lost) return t("lost");
  if (!(error instanceof Refused)) throw error;
  if (error.status === 429 || error.code === "busy") return t("busy", { wait: error.wait || WAIT_S });
  const known = `problem_${error.code}`;
  return known in TEXTS[spoken()] ? t(known) : t("failed", { detail: error.message });
}

/** A number with its unit: money where the unit is a currency. */
export function amount(value, unit = "") {
  const locale = LOCALES[spoken()];
  const digits = Number.isInteger(value) ? 0 : 2;
  if (CURRENCY.test(unit)) {
    const style = { style: "currency", currency: unit, currencyDisplay: "narrowSymbol" };
    return new Intl.NumberFormat(locale, { ...style, minimumFractionDigits: digits }).format(value);
  }
  const shown = new Intl.NumberFormat(locale, { maximumFractionDigits: 2, useGrouping: unit !== "year" }).format(value);
  return !unit || unit === "year" ? shown : unit === "%" ? `${shown}%` : `${shown} ${unit}`;
}

/** Puts the texts into the page: `data-text` is shown, `data-label` is said, `of` something, `data-hint` waits. */
export function translate() {
  document.documentElement.lang = LOCALES[spoken()];
  for (const one of document.querySelectorAll("[data-text]")) one.textContent = t(one.dataset.text);
  for (const one of document.querySelectorAll("[data-label]")) {
    const { label, of } = one.dataset;
    one.setAttribute("aria-label", of ? labelled(label, of) : t(label));
    if (one.matches("button")) one.title = t(label);
  }
  for (const one of document.querySelectorAll("[data-hint]")) one.placeholder = t(one.dataset.hint);
}

/** A label that says what it is about: `More like this: Dune`. */
export const labelled = (label, of) => (/[?？]$/.test(t(label)) ? `${t(label)} ${of}` : `${t(label)}: ${of}`);
