/** Marks a symbol everywhere, in formulas, text and figures, while the pointer or the keyboard focus is on one of its places. */
export function markSymbols(root: HTMLElement): void {
  let marked: string | undefined;
  const mark = (target: EventTarget | null) => {
    const name = target instanceof Element ? symbolAt(target) : undefined;
    if (name === marked) return;
    for (const each of root.querySelectorAll(".marked")) each.classList.remove("marked");
    marked = name;
    if (name === undefined) return;
    for (const each of root.querySelectorAll(`[data-symbol="${CSS.escape(name)}"]`))
      each.classList.add("marked");
  };
  root.addEventListener("pointerover", ({ target }) => mark(target));
  root.addEventListener("focusin", ({ target }) => mark(target));
}

const symbolAt = (target: Element): string | undefined =>
  target.closest<HTMLElement>("[data-symbol]")?.getAttribute("data-symbol") ?? undefined;
