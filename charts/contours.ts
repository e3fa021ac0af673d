/** Lines of equal value. */
import { contours } from "d3-contour";
import type { Scale } from "./layout.ts";
import { type Markup, markup } from "./markup.ts";
import { type Pixel, pathThrough } from "./path.ts";

/** Cells that a value is taken in the middle of. */
const [columns, rows] = [216, 104];
/** How many lines there are, from the lowest values to nearly the highest. */
const lines = 16;

/** A function of two numbers. */
export type Surface = (x: number, y: number) => number;

/**
 * Regions of low values, one upon the other, so that it is darker where it is lower. Lines are close together where values are
 * near the lowest: equal steps of the logarithm.
 *
 * @param x from the domain that is drawn to pixels, as is `y`
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
  // The library's regions are those above a threshold.
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

/** Values in the middle of each cell, the upper left one first; what is not finite is as high as the highest. */
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

/** Logarithms of how far values are above the lowest, which itself is as near to it as a few of the lowest are. */
function logarithms(values: Float64Array): Float64Array {
  const sorted = values.toSorted();
  const lowest = sorted[0]!;
  const near = sorted[Math.floor(0.002 * sorted.length)]! - lowest;
  const room = near || (sorted.at(-1)! - lowest) * 1e-6 || 1;
  return values.map((value) => Math.log(value - lowest + room));
}
