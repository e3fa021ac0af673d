import type { Series } from "./figure.ts";
import { type Markup, markup, symbolOf } from "./markup.ts";
import { swatch } from "./swatch.ts";

/** A series in the key. */
export interface KeyEntry {
  readonly series: Series;
  /** The symbol that the series belongs to; its elements are marked with it. */
  readonly symbol?: string;
}

/** A key to the lines, for above a chart. It is HTML, which wraps if the window is narrow. */
export function keyMarkup(entries: readonly KeyEntry[]): Markup {
  const items = entries.map(
    ({ series, symbol }) =>
      markup`<span${symbolOf(symbol)}>${swatch(series)}${series.label}</span>`,
  );
  return markup`<div class="key">${items}</div>`;
}
