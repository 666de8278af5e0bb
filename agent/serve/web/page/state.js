/** What the page keeps: the conversation and the key for this tab, the look and the language for this browser. */

const TAB = { thread: "recommender.thread", key: "recommender.key", pending: "recommender.pending" };
const BROWSER = { theme: "recommender.theme", language: "recommender.language" };

/** A value of a storage that may be blocked: then it lasts as long as the page. */
function slot(open, name) {
  let held = null;
  return {
    get() {
      try {
        return open().getItem(name) ?? held;
      } catch {
        return held;
      }
    },
    /** Whether it was stored; what was not is held for as long as the page lives. */
    set(value) {
      held = value;
      try {
        if (value === null) open().removeItem(name);
        else open().setItem(name, value);
        return true;
      } catch {
        return false;
      }
    },
  };
}

const tab = (name) => slot(() => sessionStorage, name);
const browser = (name) => slot(() => localStorage, name);

export const thread = tab(TAB.thread);
export const key = tab(TAB.key);
export const theme = browser(BROWSER.theme);
export const language = browser(BROWSER.language);

const kept = tab(TAB.pending);

/** The message that was sent and has no answer yet: offered again after a loss, never sent twice by itself. */
export const pending = {
  get() {
    try {
      return JSON.parse(kept.get() ?? "null");
    } catch {
      return null;
    }
  },
  /** A picture that the storage has no room for is only remembered to have been there. */
  set(asked) {
    if (kept.set(asked && JSON.stringify(asked)) || !asked?.image) return;
    kept.set(JSON.stringify({ ...asked, image: undefined, pictures: 1 }));
  },
};
