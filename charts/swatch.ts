import type { Series } from "./figure.ts";
import { type Markup, markup } from "./markup.ts";

/** A short line in a series' colour and dash. */
export function swatch({ color, dash }: Series): Markup {
  return markup`<svg class="swatch" viewBox="0 0 28 8" width="28" height="8" aria-hidden="true"><line x1="0" x2="28" y1="4" y2="4" style="stroke:${color}" stroke-dasharray="${dash}"/></svg>`;
}
