/** The search: a dialog over the page, with an index that is loaded when it is first opened. Text typed meanwhile is searched for afterwards. */
import type MiniSearch from "minisearch";
import { markup } from "../../charts/markup.ts";
import { searchOptions } from "./searchOptions.ts";

// Every page's main script is at the same depth, so its folder leads to the root.
const root = new URL(/* @vite-ignore */ "..", import.meta.url);

interface Hit {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly section: string;
}

let opened: HTMLDialogElement | undefined;

export function openSearch(): void {
  opened ??= makeDialog();
  if (!opened.open) opened.showModal();
  opened.querySelector("input")!.select();
}

async function loadIndex(): Promise<MiniSearch<Hit>> {
  const [{ default: Index }, text] = await Promise.all([
    import("minisearch"),
    fetch(new URL("search.json", root)).then((response) => response.text()),
  ]);
  return Index.loadJSON<Hit>(text, searchOptions);
}

function makeDialog(): HTMLDialogElement {
  const loaded = loadIndex();
  const dialog = document.createElement("dialog");
  dialog.className = "search";
  dialog.setAttribute("aria-label", "Search");
  dialog.innerHTML =
    markup`<form method="dialog"><input type="search" placeholder="adamw, clipping, OneCycleLR ..." aria-label="Search for"><button aria-label="Close">×</button></form><ul class="hits"></ul><p class="note" role="status"></p>`.text;
  document.body.append(dialog);
  const input = dialog.querySelector("input")!;
  input.addEventListener("input", async () => {
    const index = await loaded;
    show(dialog, find(index, input.value));
  });
  dialog.addEventListener("keydown", (event) => move(dialog, event));
  dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
  return dialog;
}

const find = (index: MiniSearch<Hit>, text: string): readonly Hit[] =>
  index.search(text).slice(0, 12) as unknown as readonly Hit[];

function show(dialog: HTMLDialogElement, hits: readonly Hit[]): void {
  dialog.querySelector(".hits")!.innerHTML = hits
    .map(
      ({ id, title, summary, section }) =>
        markup`<li><a href="${new URL(id, root).href}"><strong>${title}</strong> <em>${section}</em><span>${summary}</span></a></li>`
          .text,
    )
    .join("");
  const none = dialog.querySelector("input")!.value !== "" && hits.length === 0;
  dialog.querySelector(".note")!.textContent = none ? "Nothing was found." : "";
}

/** Arrow keys move through the hits; Enter in the field opens the first one. */
function move(dialog: HTMLDialogElement, event: KeyboardEvent): void {
  const links = [...dialog.querySelectorAll<HTMLAnchorElement>(".hits a")];
  const at = links.indexOf(document.activeElement as HTMLAnchorElement);
  if (event.key === "Enter" && at === -1) {
    event.preventDefault();
    links[0]?.click();
  }
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by === undefined) return;
  event.preventDefault();
  const next = links[at + by];
  (next ?? dialog.querySelector("input")!).focus();
}
