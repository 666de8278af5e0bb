/** The message field: Enter sends, Shift+Enter starts a line, a picture can be chosen, pasted or dropped. */

import { button, el, find } from "./dom.js";
import { t } from "./language.js";
import { pictureIn, small } from "./pictures.js";

/** Calls `send({message, image})` and `stop()`. */
export function composer(send, stop) {
  const form = find("#composer");
  const field = find("#message");
  const file = find("#file");
  let image = null;
  let busy = false;

  function ready() {
    find("#send").disabled = !field.value.trim() && !image;
  }

  /** For browsers whose fields do not grow by themselves. */
  function grow() {
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight}px`;
  }

  function submit() {
    const message = field.value.trim();
    if (busy || (!message && !image)) return;
    const asked = { message, ...(image && { image }) };
    put({ message: "" });
    send(asked);
  }

  async function add(chosen) {
    if (!chosen) return;
    try {
      show(await small(chosen));
      find("#refused").textContent = "";
    } catch (error) {
      find("#refused").textContent = t(error.message);
    }
    field.focus();
  }

  function show(picture) {
    image = picture;
    const remove = button({ name: "close", label: t("detach"), shown: false }, () => {
      show(null);
      field.focus();
    });
    find("#preview").hidden = !picture;
    find("#preview").replaceChildren(...(picture ? [el("img", { src: picture, alt: t("preview") }), remove] : []));
    ready();
  }

  /** Puts a message and a picture into the field, in place of what is there. */
  function put(asked) {
    field.value = asked.message ?? "";
    show(asked.image ?? null);
    find("#refused").textContent = "";
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  field.addEventListener("input", ready);
  if (!CSS.supports("field-sizing", "content")) field.addEventListener("input", grow);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  });
  find("#stop").addEventListener("click", stop);
  find("#attach").addEventListener("click", () => file.click());
  file.addEventListener("change", () => {
    add(file.files[0]);
    file.value = "";
  });
  document.addEventListener("paste", (event) => add(pictureIn(event.clipboardData)));
  for (const over of ["dragenter", "dragover"]) {
    document.addEventListener(over, (event) => {
      event.preventDefault();
      form.dataset.over = "";
    });
  }
  document.addEventListener("dragleave", (event) => event.relatedTarget || delete form.dataset.over);
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    delete form.dataset.over;
    add(event.dataTransfer.files[0]);
  });

  return {
    put,
    focus: () => field.focus(),
    attach: () => file.click(),
    /** While a turn runs the button stops it. */
    busy(yes) {
      busy = yes;
      const within = document.activeElement === find("#send") || document.activeElement === find("#stop");
      find("#send").hidden = yes;
      find("#stop").hidden = !yes;
      if (within) field.focus();
      ready();
    },
  };
}
