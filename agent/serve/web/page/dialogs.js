/** The two dialogs: the access key, and the yes before everything is deleted. */

import { find } from "./dom.js";
import { t } from "./language.js";

/** The key that was typed, or null. `wrong` says that the last one was refused. */
export function askKey(wrong) {
  const dialog = find("#ask-key");
  find("#key-wrong").textContent = wrong ? t("keyWrong") : "";
  find("#key-value").value = "";
  return opened(dialog).then((yes) => (yes ? find("#key-value").value.trim() : null));
}

/** Whether the person said yes. */
export const askDelete = () => opened(find("#ask-delete"));

function opened(dialog) {
  return new Promise((settle) => {
    const form = find("form", dialog);
    const over = new AbortController();
    const end = (yes) => {
      over.abort();
      if (dialog.open) dialog.close();
      settle(yes);
    };
    form.addEventListener("submit", () => end(true), { signal: over.signal });
    find("[data-close]", dialog).addEventListener("click", () => end(false), { signal: over.signal });
    dialog.addEventListener("close", () => dialog.open || end(false), { signal: over.signal });
    if (!dialog.open) dialog.showModal();
  });
}
