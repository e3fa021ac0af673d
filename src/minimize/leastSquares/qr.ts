/**
 * QR factors with column pivoting by Householder reflections (Businger and Golub, 1965; Golub and Van Loan, "Matrix
 * Computations", section 5.4.2): `A P = Q R`, with a diagonal of R that does not grow in size.
 */
import { columnOf, dot, type Matrix, norm } from "./matrix.ts";

/** The QR factors of a matrix, with column pivoting: `A P = Q R`. */
export interface Factors {
  /** The number of rows. */
  readonly rows: number;
  /** n, the number of columns; at most as many as there are rows. */
  readonly columns: number;
  /** R is above the diagonal. The reflections are on and below it, each divided by its first element. */
  readonly data: Float64Array;
  /** The diagonal of R. */
  readonly diagonal: Float64Array;
  /** Column k of R is column `pivots[k]` of the matrix. */
  readonly pivots: Int32Array;
}

/** An element of R. */
export const entry = ({ rows, data, diagonal }: Factors, row: number, column: number): number =>
  row === column ? diagonal[row]! : data[column * rows + row]!;

/**
 * The factors of a matrix of at least as many rows as columns.
 * @param matrix is overwritten
 */
export function factor(matrix: Matrix): Factors {
  const { rows, columns, data } = matrix;
  const diagonal = new Float64Array(columns);
  const pivots = Int32Array.from({ length: columns }, (_, j) => j);
  const norms = Float64Array.from(pivots, (j) => norm(columnOf(matrix, j)));
  const exact = norms.slice();
  for (let k = 0; k < columns; k++) {
    bringLongest(matrix, k, pivots, norms, exact);
    diagonal[k] = reflectColumn(columnOf(matrix, k).subarray(k));
    if (diagonal[k] === 0) continue;
    const reflection = columnOf(matrix, k).subarray(k);
    for (let j = k + 1; j < columns; j++) {
      const column = columnOf(matrix, j).subarray(k);
      reflect(reflection, column);
      norms[j] = remaining(column, norms[j]!, exact[j]!);
      if (norms[j]! < 0) exact[j] = norms[j] = norm(column.subarray(1));
    }
  }
  return { rows, columns, data, diagonal, pivots };
}

/** The norm of a column without its first element, or -1 if too much cancels, so that it must be computed again. */
function remaining(column: Float64Array, before: number, exact: number): number {
  if (before === 0) return 0;
  const left = Math.max(0, 1 - (column[0]! / before) ** 2);
  return 0.05 * left * (before / exact) ** 2 <= Number.EPSILON ? -1 : before * Math.sqrt(left);
}

/** Swaps column k with the column that is longest from row k on. */
function bringLongest(
  matrix: Matrix,
  k: number,
  pivots: Int32Array,
  norms: Float64Array,
  exact: Float64Array,
): void {
  let longest = k;
  for (let j = k + 1; j < norms.length; j++) if (norms[j]! > norms[longest]!) longest = j;
  if (longest === k) return;
  const [a, b] = [columnOf(matrix, k), columnOf(matrix, longest)];
  const kept = a.slice();
  a.set(b);
  b.set(kept);
  for (const list of [pivots, norms, exact]) {
    [list[k], list[longest]] = [list[longest]!, list[k]!];
  }
}

/** Makes the reflection that eliminates all of a column except its first element. @returns that element, of R */
function reflectColumn(column: Float64Array): number {
  const length = norm(column);
  if (length === 0) return 0;
  const signed = column[0]! < 0 ? -length : length;
  for (let i = 0; i < column.length; i++) column[i]! /= signed;
  column[0]! += 1;
  return -signed;
}

function reflect(reflection: Float64Array, column: Float64Array): void {
  const share = dot(reflection, column) / reflection[0]!;
  for (let i = 0; i < column.length; i++) column[i]! -= share * reflection[i]!;
}

/** The first n elements of `Qᵀ b`. */
export function transposedTimes(factors: Factors, b: Float64Array): Float64Array {
  const { rows, columns, data, diagonal } = factors;
  const result = b.slice();
  for (let k = 0; k < columns; k++) {
    if (diagonal[k] === 0) continue;
    reflect(data.subarray(k * rows + k, (k + 1) * rows), result.subarray(k));
  }
  return result.slice(0, columns);
}

/** The number of leading elements of R's diagonal that are more than `tolerance` of the first. */
export function rankOf({ diagonal }: Factors, tolerance = 0): number {
  const least = tolerance * Math.abs(diagonal[0] ?? 0);
  const first = diagonal.findIndex((value) => !(Math.abs(value) > least));
  return first < 0 ? diagonal.length : first;
}

/** Solves `R z = b` for the first `rank` unknowns, in the column order of R. The others are 0. */
export function solveUpper(factors: Factors, b: Float64Array, rank: number): Float64Array {
  const z = new Float64Array(b.length);
  for (let i = rank - 1; i >= 0; i--) {
    let rest = b[i]!;
    for (let j = i + 1; j < rank; j++) rest -= entry(factors, i, j) * z[j]!;
    z[i] = rest / entry(factors, i, i);
  }
  return z;
}

/** Solves `Rᵀ z = b` in the same way. */
export function solveLower(factors: Factors, b: Float64Array, rank: number): Float64Array {
  const z = new Float64Array(b.length);
  for (let i = 0; i < rank; i++) {
    let rest = b[i]!;
    for (let j = 0; j < i; j++) rest -= entry(factors, j, i) * z[j]!;
    z[i] = rest / entry(factors, i, i);
  }
  return z;
}

/** `R z`, with z in the column order of R. */
export function upperTimes(factors: Factors, z: Float64Array): Float64Array {
  return z.map((_, i) => {
    let total = 0;
    for (let j = i; j < z.length; j++) total += entry(factors, i, j) * z[j]!;
    return total;
  });
}

/** `Rᵀ b`, in the column order of R. */
export function lowerTimes(factors: Factors, b: Float64Array): Float64Array {
  return b.map((_, j) => {
    let total = 0;
    for (let i = 0; i <= j; i++) total += entry(factors, i, j) * b[i]!;
    return total;
  });
}

/** Reorders from the columns of the matrix to those of R. */
export const pivoted = ({ pivots }: Factors, values: Float64Array): Float64Array =>
  Float64Array.from(pivots, (column) => values[column]!);

/** Reorders from the columns of R to those of the matrix. */
export function unpivoted({ pivots }: Factors, values: Float64Array): Float64Array {
  const result = new Float64Array(values.length);
  pivots.forEach((column, k) => {
    result[column] = values[k]!;
  });
  return result;
}
