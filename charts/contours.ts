/** Draws lines of equal value. */
import { contours } from "d3-contour";
import type { Scale } from "./layout.ts";
import { type Markup, markup } from "./markup.ts";
import { type Pixel, pathThrough } from "./path.ts";

/** The grid of cells; the value of a cell is that at its center. */
const [columns, rows] = [216, 104];
/** The number of lines, from the lowest values to nearly the highest. */
const lines = 16;

/** A function of two numbers. */
export type Surface = (x: number, y: number) => number;

/**
 * Regions of low values on top of each other, so that lower values are darker. The thresholds are equal steps of the logarithm,
 * so lines are close together near the lowest value.
 *
 * @param x maps the drawn domain to pixels, as does `y`
 */
export function contoursOf(value: Surface, x: Scale, y: Scale): Markup {
  const heights = logarithms(valuesIn(value, x, y));
  const sorted = heights.toSorted();
  const [low, high] = [sorted[0]!, sorted[Math.floor(0.99 * (sorted.length - 1))]!];
  if (!(high > low)) return markup``;
  const thresholds = Array.from(
    { length: lines },
    (_, i) => low + ((high - low) * (i + 1)) / lines,
  );
  const [left, right] = x.range() as [number, number];
  const [bottom, top] = y.range() as [number, number];
  const place = ([column, row]: readonly number[]): Pixel => [
    left + (column! / columns) * (right - left),
    top + (row! / rows) * (bottom - top),
  ];
  const path = (ring: readonly number[][]) => `${pathThrough(ring.map(place))}Z`;
  // d3-contour draws regions above a threshold, so values are negated.
  const regions = contours()
    .size([columns, rows])
    .thresholds(thresholds.map((threshold) => -threshold))(
    Array.from(heights, (height) => -height),
  );
  const paths = regions.map(({ coordinates }) => {
    const rings = coordinates.flat();
    return markup`<path d="${rings.map(path).join("")}"/>`;
  });
  return markup`<g class="contours" style="fill:var(--ink);fill-opacity:0.025;stroke:var(--rule);stroke-opacity:0.7">${paths}</g>`;
}

/** Values at the center of each cell, the upper left one first. A value that is not finite is replaced by the highest. */
function valuesIn(value: Surface, x: Scale, y: Scale): Float64Array {
  const middle = ([low, high]: number[], part: number) => low! + (high! - low!) * part;
  const [acrossX, acrossY] = [x.domain(), y.domain()];
  const values = new Float64Array(columns * rows);
  let highest = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < rows; row++) {
    const height = middle(acrossY, 1 - (row + 0.5) / rows);
    for (let column = 0; column < columns; column++) {
      const found = value(middle(acrossX, (column + 0.5) / columns), height);
      values[row * columns + column] = found;
      if (Number.isFinite(found)) highest = Math.max(highest, found);
    }
  }
  return values.map((each) => (Number.isFinite(each) ? each : highest));
}

/**
 * Logarithms of the distance to the lowest value. A small distance, that of the 0.2 % of lowest values, is added, so that the
 * lowest value has one, too.
 */
function logarithms(values: Float64Array): Float64Array {
  const sorted = values.toSorted();
  const lowest = sorted[0]!;
  const near = sorted[Math.floor(0.002 * sorted.length)]! - lowest;
  const room = near || (sorted.at(-1)! - lowest) * 1e-6 || 1;
  return values.map((value) => Math.log(value - lowest + room));
}
