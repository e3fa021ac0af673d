import { all, one } from "./dom.ts";

/** Connects the legend: a click hides or shows a series; pointing at an entry highlights its series in all charts. */
export function connectLegend(hidden: Set<number>, draw: () => void): void {
  const entries = all(".entry");
  const showAll = one("#show-all");

  const update = () => {
    for (const entry of entries) {
      entry.setAttribute("aria-pressed", String(!hidden.has(Number(entry.dataset["series"]))));
    }
    for (const row of all("tr[data-series]")) {
      row.classList.toggle("hidden-series", hidden.has(Number(row.dataset["series"])));
    }
    showAll.hidden = hidden.size === 0;
    draw();
  };

  for (const entry of entries) {
    const series = Number(entry.dataset["series"]);
    entry.addEventListener("click", () => {
      if (!hidden.delete(series)) hidden.add(series);
      bringOut(null);
      update();
    });
    entry.addEventListener("pointerenter", () => bringOut(hidden.has(series) ? null : series));
    entry.addEventListener("focus", () => bringOut(hidden.has(series) ? null : series));
    entry.addEventListener("pointerleave", () => bringOut(null));
    entry.addEventListener("blur", () => bringOut(null));
  }
  for (const row of all("tr[data-series]")) {
    row.addEventListener("pointerenter", () => bringOut(Number(row.dataset["series"])));
    row.addEventListener("pointerleave", () => bringOut(null));
  }
  showAll.addEventListener("click", () => {
    hidden.clear();
    update();
    entries[0]?.focus();
  });
}

function bringOut(series: number | null): void {
  document.body.classList.toggle("one-out", series !== null);
  for (const element of document.querySelectorAll(".plot .series")) {
    element.classList.toggle("out", Number(element.getAttribute("data-series")) === series);
  }
}
