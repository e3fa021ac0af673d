/** The covariance of the unknowns: which of them the residuals determine, and how well. */
import { columnOf, type Matrix, matrix, norm } from "./matrix.ts";
import { entry, type Factors, factor, rankOf, solveUpper } from "./qr.ts";

/** For residuals with variance 1. */
export interface Determination {
  /** The rank of the Jacobian, with each column divided by its length. */
  readonly rank: number;
  /** The inverse of `JᵀJ`. Row and column of an unknown that is not determined are infinite. */
  readonly covariance: Matrix;
  /** Whether each unknown is determined. */
  readonly isDetermined: readonly boolean[];
}

/**
 * Computes it from the factors of the Jacobian, because the product `JᵀJ` would lose half of the digits.
 * @param jacobian is overwritten
 * @param precision of its elements, relative to the length of a column
 */
export function determine(jacobian: Matrix, precision: number): Determination {
  const n = jacobian.columns;
  const lengths = Float64Array.from({ length: n }, (_, j) => norm(columnOf(jacobian, j)));
  lengths.forEach((length, j) => {
    const column = columnOf(jacobian, j);
    if (length > 0) for (let i = 0; i < column.length; i++) column[i]! /= length;
  });
  const factors = factor(jacobian);
  const tolerance = Math.max(jacobian.rows * Number.EPSILON, precision);
  const rank = rankOf(factors, tolerance);
  const isDetermined = determined(factors, rank, Math.sqrt(tolerance));
  const inverse = Array.from({ length: rank }, (_, k) => unit(factors, k, rank));
  const covariance = matrix(n, n);
  for (let a = 0; a < n; a++) {
    for (let b = 0; b < n; b++) {
      const [i, j] = [factors.pivots[a]!, factors.pivots[b]!];
      const product = inverse.reduce((total, column) => total + column[a]! * column[b]!, 0);
      covariance.data[i * n + j] =
        isDetermined[i]! && isDetermined[j]!
          ? product / lengths[i]! / lengths[j]!
          : Number.POSITIVE_INFINITY;
    }
  }
  return { rank, covariance, isDetermined };
}

/** A column of R's inverse. */
function unit(factors: Factors, k: number, rank: number): Float64Array {
  const b = new Float64Array(factors.columns);
  b[k] = 1;
  return solveUpper(factors, b, rank);
}

/** Which unknowns are the same in all solutions: those that are 0 in each vector that the Jacobian maps to zero. */
function determined(factors: Factors, rank: number, tolerance: number): boolean[] {
  const n = factors.columns;
  const largest = new Float64Array(n);
  for (let k = rank; k < n; k++) {
    const right = Float64Array.from({ length: n }, (_, i) => (i < rank ? entry(factors, i, k) : 0));
    const vector = solveUpper(factors, right, rank);
    vector[k] = 1;
    const length = norm(vector);
    vector.forEach((value, i) => {
      const j = factors.pivots[i]!;
      largest[j] = Math.max(largest[j]!, Math.abs(value) / length);
    });
  }
  return Array.from(largest, (share) => share <= tolerance);
}
