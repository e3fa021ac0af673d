import { drawingOf } from "./drawing.ts";
import type { Figure, Series } from "./figure.ts";
import { type Layout, layoutOf } from "./layout.ts";
import { type Markup, markup } from "./markup.ts";

/** All series in one chart, or each in its own small chart with the others in the background. */
export type Arrangement = "overlay" | "multiples";

export interface Plot {
  readonly markup: Markup;
  /** One for each `svg` in the markup, in the same order. */
  readonly layouts: readonly Layout[];
}

/** Draws a figure at a width in pixels. */
export function plotOf(
  figure: Figure,
  series: readonly Series[],
  width: number,
  hidden: ReadonlySet<number>,
  arrangement: Arrangement,
): Plot {
  return arrangement === "overlay"
    ? overlay(figure, series, width, hidden)
    : multiples(figure, series, width, hidden);
}

function overlay(
  figure: Figure,
  series: readonly Series[],
  width: number,
  hidden: ReadonlySet<number>,
): Plot {
  const wide = width >= 640;
  const height = Math.round(Math.max(250, Math.min(wide ? 430 : 320, width * 0.62)));
  const view = { width, height, hidden, focus: null, labels: wide && !figure.points };
  const layout = layoutOf(figure, view, labelsOf(series));
  return { markup: drawingOf(layout, series), layouts: [layout] };
}

function multiples(
  figure: Figure,
  series: readonly Series[],
  width: number,
  hidden: ReadonlySet<number>,
): Plot {
  const gap = 16;
  const columns = Math.max(2, Math.min(4, Math.floor(width / 240)));
  const panelWidth = Math.floor((width - gap * (columns - 1)) / columns);
  const shown = figure.curves.filter((curve) => !hidden.has(curve.series));
  const layouts = shown.map(({ series: focus }) => {
    const height = Math.round(Math.max(112, panelWidth * 0.66));
    const view = { width: panelWidth, height, hidden, focus, labels: false };
    return layoutOf(figure, view, labelsOf(series));
  });
  const panels = layouts.map((layout) => {
    const { label, color } = series[layout.view.focus!]!;
    return markup`<div class="panel" style="--color:${color}"><h3>${label}</h3>${drawingOf(layout, series)}</div>`;
  });
  return {
    markup: markup`<div class="panels" style="--columns:${columns}">${panels}</div>`,
    layouts,
  };
}

function labelsOf(series: readonly Series[]): readonly string[] {
  return series.map(({ label }) => label);
}
