/** Runs on every page: theme, search, marking of symbols. */
import { openSearch } from "./search.ts";
import { markSymbols } from "./symbols.ts";
import { openTheme } from "./theme.ts";

openTheme(document.getElementById("theme")!);
markSymbols(document.body);

// Scrolls a long list beside the text to the current page.
const here = document.querySelector<HTMLElement>(".sidebar [aria-current]");
const list = here?.closest<HTMLElement>(".sidebar");
if (here && list) list.scrollTop = here.offsetTop - list.clientHeight / 2;

document.getElementById("search")!.addEventListener("click", openSearch);
document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  const typing =
    target instanceof Element && target.closest("input, select, textarea, [contenteditable]");
  if ((key === "/" && !typing) || (key === "k" && (event.metaKey || event.ctrlKey))) {
    event.preventDefault();
    openSearch();
  }
});
