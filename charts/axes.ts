import type { Figure } from "./figure.ts";
import type { Layout, View } from "./layout.ts";
import { type Markup, markup } from "./markup.ts";
import { tickLabel, ticksOf } from "./ticks.ts";

/** What axes need of a layout. */
export interface Frame extends Omit<Layout, "figure" | "view" | "curves"> {
  readonly figure: Pick<Figure, "x" | "y">;
  readonly view: Pick<View, "focus">;
}

/** Grid, axes and their titles. */
export function axesOf(layout: Frame): Markup {
  return markup`<g class="axes">${yAxis(layout)}${xAxis(layout)}</g>`;
}

function yAxis(layout: Frame): Markup {
  const { figure, y, left, right, view } = layout;
  const count = Math.max(3, Math.round((layout.bottom - layout.top) / 48));
  const [low, high] = y.domain() as [number, number];
  const ticks = ticksOf([low, high], figure.y.log, count).map((value) => {
    const at = tidy(y(value));
    return markup`<line class="grid" x1="${left}" x2="${right}" y1="${at}" y2="${at}"/><text class="tick" x="${left - 7}" y="${at}" dy="0.32em" text-anchor="end">${tickLabel(value, figure.y)}</text>`;
  });
  if (view.focus !== null) return markup`${ticks}`;
  const title = figure.y.log ? `${figure.y.label} (log scale)` : figure.y.label;
  return markup`${ticks}<text class="title" x="0" y="12">${capital(title)}</text>`;
}

function xAxis(layout: Frame): Markup {
  const { figure, x, left, right, bottom, view } = layout;
  const count = Math.max(2, Math.round((right - left) / (view.focus === null ? 90 : 64)));
  const [low, high] = x.domain() as [number, number];
  const ticks = ticksOf([low, high], figure.x.log, count).map((value) => {
    const at = tidy(x(value));
    return markup`<line class="mark" x1="${at}" x2="${at}" y1="${bottom}" y2="${bottom + 4}"/><text class="tick" x="${at}" y="${bottom + 17}" text-anchor="middle">${tickLabel(value, figure.x)}</text>`;
  });
  const base = markup`<line class="base" x1="${left}" x2="${right}" y1="${bottom}" y2="${bottom}"/>`;
  if (view.focus !== null) return markup`${base}${ticks}`;
  const title = figure.x.log ? `${figure.x.label} (log scale)` : figure.x.label;
  return markup`${base}${ticks}<text class="title" x="${right}" y="${bottom + 36}" text-anchor="end">${capital(title)}</text>`;
}

/** A text with a capital at its beginning; a symbol in Greek letters stays as it is. */
export function capital(text: string): string {
  return text.replace(/^[a-z]/, (letter) => letter.toUpperCase());
}

/** A tenth of a pixel. */
export function tidy(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
