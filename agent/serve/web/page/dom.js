/** Elements made of text and other elements only: nothing that anybody wrote is ever parsed as HTML. */

const SVG = "http://www.w3.org/2000/svg";

/** An element. Properties: `class`, `data`, `on` (listeners by event), booleans, and attributes. */
export function el(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) set(made, name, value);
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

function set(made, name, value) {
  if (name === "class") made.className = value;
  else if (name === "data") Object.assign(made.dataset, value);
  else if (name === "on") for (const [event, listener] of Object.entries(value)) made.addEventListener(event, listener);
  else if (typeof value === "boolean") made.toggleAttribute(name, value);
  else if (value !== null && value !== undefined) made.setAttribute(name, value);
}

/** An SVG element with attributes. */
export function svg(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** A picture of the sprite, which says nothing to a screen reader. */
export function icon(name) {
  return svg(
    "svg",
    { class: "icon", "aria-hidden": "true", focusable: "false" },
    svg("use", { href: `static/icons.svg#${name}` }),
  );
}

/** A button with an icon and a text; without `shown` the text is its accessible name only. */
export function button({ name, label, shown = true, ...properties }, press) {
  const named = shown ? {} : { "aria-label": label, title: label };
  return el(
    "button",
    { type: "button", ...named, ...properties, on: { click: press } },
    name && icon(name),
    shown && el("span", {}, label),
  );
}

export const find = (selector, within = document) => within.querySelector(selector);

/** Has a screen reader say it, without moving the focus. */
export function announce(text) {
  const said = find("#said");
  said.textContent = "";
  requestAnimationFrame(() => (said.textContent = text));
}
