/** Matrices, column by column, and operations on vectors. */

/** `data[column * rows + row]`. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
}

/** A matrix of zeros. */
export const matrix = (rows: number, columns: number): Matrix => ({
  rows,
  columns,
  data: new Float64Array(rows * columns),
});

/** A view of a column. */
export const columnOf = ({ rows, data }: Matrix, column: number): Float64Array =>
  data.subarray(column * rows, (column + 1) * rows);

export function dot(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!;
  return total;
}

/** The Euclidean norm; squares that would overflow or vanish are scaled first. */
export function norm(values: Float64Array): number {
  const square = dot(values, values);
  if (square > 1e-280 && square < 1e280) return Math.sqrt(square);
  let largest = 0;
  for (const value of values) {
    const size = Math.abs(value);
    // NaN counts as the largest.
    if (!(size <= largest)) largest = size;
  }
  if (largest === 0 || !Number.isFinite(largest)) return largest;
  let total = 0;
  for (const value of values) total += (value / largest) ** 2;
  return largest * Math.sqrt(total);
}

/** The norm of the elementwise product of two vectors. */
export const scaledNorm = (scale: Float64Array, values: Float64Array): number =>
  norm(values.map((value, i) => value * scale[i]!));

export const allFinite = (values: Float64Array): boolean => values.every(Number.isFinite);
