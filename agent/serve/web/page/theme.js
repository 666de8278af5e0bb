/* Runs before the first paint, so that a page that was made dark is never light for a moment. */
try {
  const chosen = localStorage.getItem("recommender.theme");
  if (chosen) document.documentElement.dataset.theme = chosen;
} catch {
  /* a blocked storage: the system's look */
}
