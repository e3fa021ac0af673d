/** Sums, norms and means of plain arrays, in float64. */

export type Numbers = Float64Array;

export const sum = (values: Numbers): number => values.reduce((all, value) => all + value, 0);

/** The norm without overflow or underflow: scaled by the largest magnitude. */
export function norm(values: Numbers): number {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest === 0 || !Number.isFinite(largest)) return largest;
  return largest * Math.sqrt(sum(values.map((value) => (value / largest) ** 2)));
}

export const normOfAll = (all: readonly Numbers[], order = 2): number =>
  normOf(Float64Array.from(all.map((values) => normOf(values, order))), order);

/** The norm of an order: 1 adds magnitudes, Infinity takes the largest. */
export function normOf(values: Numbers, order = 2): number {
  if (order === 2) return norm(values);
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest === 0 || !Number.isFinite(largest) || order === Infinity) return largest;
  return largest * sum(values.map((value) => Math.abs(value / largest) ** order)) ** (1 / order);
}

/** The root mean square. For an empty array its value does not matter. */
export const rms = (values: Numbers): number => norm(values) / Math.sqrt(values.length);

const rowOf = (values: Numbers, row: number, cols: number): Numbers =>
  values.subarray(row * cols, (row + 1) * cols);

/** Applies a function to each row. */
export const ofRows = (
  values: Numbers,
  rows: number,
  cols: number,
  f: (row: Numbers) => number,
): Numbers => Float64Array.from({ length: rows }, (_, row) => f(rowOf(values, row, cols)));

/** Applies a function to each column. */
export const ofCols = (
  values: Numbers,
  rows: number,
  cols: number,
  f: (column: Numbers) => number,
): Numbers =>
  Float64Array.from({ length: cols }, (_, col) =>
    f(Float64Array.from({ length: rows }, (_, row) => values[row * cols + col]!)),
  );

export const mean = (values: Numbers): number => sum(values) / values.length;

export const clamp = (value: number, low: number, high: number): number =>
  Math.min(Math.max(value, low), high);

/** The Euclidean projection onto the simplex with this sum: Duchi et al., 2008, figure 1. */
export function simplex(values: Numbers, total: number): Numbers {
  // Subtracting the largest value changes nothing, and keeps the total from being rounded away.
  const largest = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const below = values.map((value) => value - largest);
  const sorted = below.slice().sort().reverse();
  let [before, threshold] = [0, 0];
  for (const [index, value] of sorted.entries()) {
    before += value;
    const candidate = (before - total) / (index + 1);
    if (index === 0 || value > candidate) threshold = candidate;
    else break;
  }
  return below.map((value) => Math.max(value - threshold, 0));
}
