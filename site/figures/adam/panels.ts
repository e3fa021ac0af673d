/** Places charts beside and below each other. */
import { type LinesChart, linesChart } from "../../../charts/lines.ts";
import { type Markup, markup } from "../../../charts/markup.ts";
import { heightAt } from "../size.ts";

/** The gap between two columns in pixels: that of `.panels` in charts.css. */
const gap = 16;

/** The width of each of `columns`. */
export const columnWidth = (width: number, columns: number): number =>
  Math.floor((width - gap * (columns - 1)) / columns);

/** Charts in rows of `columns`. */
export const inColumns = (columns: number, charts: readonly Markup[]): Markup =>
  markup`<div class="panels" style="--columns:${columns}">${charts.map((chart) => markup`<div>${chart}</div>`)}</div>`;

/** Line charts in rows of `columns`, each `height` pixels high, or less on a phone. */
export const chartsIn = (
  width: number,
  columns: number,
  height: number,
  charts: readonly LinesChart[],
): Markup =>
  inColumns(
    columns,
    charts.map((chart) => linesChart(chart, columnWidth(width, columns), heightAt(width, height))),
  );

/** The domain of an axis from the smallest to the largest of all values, with some room; it always contains `least`. */
export function domainOf(
  values: Iterable<number>,
  least: readonly [low: number, high: number],
): readonly [low: number, high: number] {
  let [low, high] = least;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const room = (high - low) * 0.05;
  return [low - room, high + room];
}
