/** Starts the page: its language and look, the header, the first ideas, and the conversation. */

import { composer } from "./composer.js";
import { conversation } from "./conversation.js";
import { askDelete, askKey } from "./dialogs.js";
import { announce, find } from "./dom.js";
import { recall } from "./feedback.js";
import { allow } from "./images.js";
import { spoken, t, translate, trouble } from "./language.js";
import { key, language, theme, thread } from "./state.js";
import { welcome } from "./welcome.js";
import { Refused, ask, facts } from "./wire.js";

const LONGEST_WAIT_MS = 15_000;
const dark = matchMedia("(prefers-color-scheme: dark)");
let known = null;

const field = composer((asked) => talk.send(asked), () => talk.stop());
const talk = conversation({ busy: field.busy, edit: edit, key: newKey, connected });

function edit(asked) {
  field.put(asked);
  field.focus();
}

/** Asks for a key until one is given or the person gives up. */
async function newKey() {
  const given = await askKey(Boolean(key.get()));
  if (given) key.set(given);
  return Boolean(given);
}

/** Settles once the server answers; says that it does not until then. */
async function connected() {
  for (let wait = 500; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    try {
      known = await facts();
      find("#link").hidden = true;
      return;
    } catch (error) {
      if (error instanceof Refused && error.status === 401) {
        if (!(await newKey())) throw error;
      } else {
        find("#link").hidden = false;
        find("#link").textContent = t("offline");
        await Promise.race([pause(wait), online()]);
      }
    }
  }
}

const pause = (milliseconds) => new Promise((settle) => setTimeout(settle, milliseconds));
const online = () => new Promise((settle) => window.addEventListener("online", settle, { once: true }));

/** What depends on the language or on the catalog. */
function say() {
  translate();
  welcome(known, { send: talk.send, attach: field.attach });
}

function look() {
  const isDark = theme.get() ? theme.get() === "dark" : dark.matches;
  document.documentElement.toggleAttribute("data-dark", isDark);
  find("#theme").setAttribute("aria-pressed", String(isDark));
  if (theme.get()) document.documentElement.dataset.theme = theme.get();
}

function fresh() {
  talk.clear();
  field.put({});
  field.focus();
}

async function download() {
  const link = document.createElement("a");
  const text = JSON.stringify(await ask("GET", "api/profile/export"), null, 2);
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = "my-data.json";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), LONGEST_WAIT_MS);
  tell(t("exported"));
}

async function forget() {
  if (!(await askDelete())) return;
  await ask("DELETE", "api/profile");
  await recall();
  fresh();
  tell(t("deleted"));
}

/** Says it to everybody for a moment. */
function tell(text) {
  announce(text);
  find("#toast").textContent = text;
  find("#toast").hidden = false;
  setTimeout(() => (find("#toast").hidden = true), 4_000);
}

/** A choice of the menu: closes it, and says what went wrong. */
function choice(id, act) {
  find(id).addEventListener("click", async () => {
    find("#choices").hidePopover();
    find("#menu").focus();
    try {
      await act();
    } catch (error) {
      tell(trouble(error));
    }
  });
}

find("#fresh").addEventListener("click", fresh);
find("#language").addEventListener("click", () => {
  language.set(spoken() === "zh" ? "en" : "zh");
  say();
});
find("#theme").addEventListener("click", () => {
  theme.set(document.documentElement.hasAttribute("data-dark") ? "light" : "dark");
  look();
});
dark.addEventListener("change", look);
choice("#export", download);
choice("#delete", forget);
choice("#key", newKey);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !find("dialog[open], :popover-open")) talk.stop();
});

look();
translate();
await connected().catch((error) => tell(trouble(error)));
allow(known?.policy);
say();
if (known) await recall().catch(trouble);
const resumed = talk.resume().catch(notResumed);
if (!matchMedia("(pointer: coarse)").matches) field.focus();
document.body.dataset.ready = "";
await resumed;

function notResumed(error) {
  if (error.name === "AbortError") return;
  if (error.status === 404) thread.set(null);
  tell(error.status === 404 ? t("gone") : trouble(error));
}
