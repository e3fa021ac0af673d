import type { Series } from "./figure.ts";
import { type Markup, markup, symbolOf } from "./markup.ts";
import { swatch } from "./swatch.ts";

/** A series as the key names it. */
export interface KeyEntry {
  readonly series: Series;
  /** The symbol that the series belongs to, marked with it. */
  readonly symbol?: string;
}

/** Which line is which, to stand over a chart: HTML, which breaks where the window is narrow. */
export function keyMarkup(entries: readonly KeyEntry[]): Markup {
  const items = entries.map(
    ({ series, symbol }) =>
      markup`<span${symbolOf(symbol)}>${swatch(series)}${series.label}</span>`,
  );
  return markup`<div class="key">${items}</div>`;
}
