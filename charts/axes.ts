import type { Figure } from "./figure.ts";
import type { Layout, View } from "./layout.ts";
import { type Markup, markup } from "./markup.ts";
import { tickLabel, ticksOf } from "./ticks.ts";

/** The parts of a layout that axes need. */
export interface Frame extends Omit<Layout, "figure" | "view" | "curves"> {
  readonly figure: Pick<Figure, "x" | "y">;
  readonly view: Pick<View, "focus">;
}

/** The grid, the axes and their titles. */
export function axesOf(layout: Frame): Markup {
  return markup`<g class="axes">${yAxis(layout)}${xAxis(layout)}</g>`;
}

/**
 * The y axis. All ticks of an axis are one path, and their names share attributes, because a page has many of them. A name is
 * placed at the start of the group, and moved along the axis.
 */
function yAxis(layout: Frame): Markup {
  const { figure, y, left, right, view } = layout;
  const count = Math.max(3, Math.round((layout.bottom - layout.top) / 48));
  const [low, high] = y.domain() as [number, number];
  const ticks = ticksOf([low, high], figure.y.log, count);
  const lines = ticks.map((value) => `M${left},${tidy(y(value))}H${right}`);
  const names = ticks.map(
    (value) => markup`<text y="${tidy(y(value))}" dy=".32em">${tickLabel(value, figure.y)}</text>`,
  );
  const axis = markup`<path class="grid" d="${lines.join("")}"/><g text-anchor="end" transform="translate(${left - 7})">${names}</g>`;
  if (view.focus !== null) return axis;
  const title = figure.y.log ? `${figure.y.label} (log scale)` : figure.y.label;
  return markup`${axis}<text class="title" x="0" y="12">${capital(title)}</text>`;
}

function xAxis(layout: Frame): Markup {
  const { figure, x, left, right, bottom, view } = layout;
  const count = Math.max(2, Math.round((right - left) / (view.focus === null ? 90 : 64)));
  const [low, high] = x.domain() as [number, number];
  const ticks = ticksOf([low, high], figure.x.log, count);
  const marks = ticks.map((value) => `M${tidy(x(value))},${bottom}v4`);
  const names = ticks.map(
    (value) => markup`<text x="${tidy(x(value))}">${tickLabel(value, figure.x)}</text>`,
  );
  const axis = markup`<path class="base" d="M${left},${bottom}H${right}"/><path class="mark" d="${marks.join("")}"/><g text-anchor="middle" transform="translate(0 ${bottom + 17})">${names}</g>`;
  if (view.focus !== null) return axis;
  const title = figure.x.log ? `${figure.x.label} (log scale)` : figure.x.label;
  return markup`${axis}<text class="title" x="${right}" y="${bottom + 36}" text-anchor="end">${capital(title)}</text>`;
}

/** A text with a capital first letter; a symbol stays as it is, such as x or a Greek letter. */
export function capital(text: string): string {
  return text.replace(/^[a-z](?=[a-z])/, (letter) => letter.toUpperCase());
}

/** Rounds to a tenth of a pixel. */
export function tidy(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
