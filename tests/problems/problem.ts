/** Defines a test problem: residuals whose sum of squares is minimized, with their Jacobian and known minima. */

/** A minimum that the paper, or a later source, documents. */
export interface Minimum {
  /** The sum of squares. */
  readonly value: number;
  /** Its position; undefined if no source gives it, or if it is at infinity. */
  readonly at?: readonly number[];
  /** Whether a smaller one is known. */
  readonly local?: true;
}

/**
 * A problem of Moré, Garbow and Hillstrom, "Testing Unconstrained Optimization Software", ACM Transactions on Mathematical
 * Software 7(1), 17-41, 1981: n unknowns, m residuals.
 */
export interface Problem {
  /** The number in the paper, from 1 to 35. */
  readonly number: number;
  readonly name: string;
  readonly m: number;
  /** The standard start; its length is n. */
  readonly start: readonly number[];
  readonly residuals: (x: readonly number[]) => number[];
  /** A row for each residual: `jacobian(x)[i][j]` is the derivative of residual i by unknown j. */
  readonly jacobian: (x: readonly number[]) => number[][];
  /** The lowest one first. */
  readonly minima: readonly Minimum[];
}

/** The values of a function at 1 to `count`. */
export const upTo = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i + 1));

export const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);

/** The sum of squares. */
export const sumOfSquares = ({ residuals }: Problem, x: readonly number[]): number =>
  sum(residuals(x).map((r) => r * r));

/** The gradient of the sum of squares, `2 Jᵀ r`. */
export function gradientOf({ residuals, jacobian }: Problem, x: readonly number[]): number[] {
  const r = residuals(x);
  const rows = jacobian(x);
  return x.map((_, j) => 2 * sum(rows.map((row, i) => row[j]! * r[i]!)));
}

/** The standard start, and 10 and 100 times it, if that is different and all values are finite there. */
export function startsOf(problem: Problem): number[][] {
  const isZero = problem.start.every((value) => value === 0);
  const starts = (isZero ? [1] : [1, 10, 100]).map((factor) =>
    problem.start.map((value) => factor * value),
  );
  return starts.filter((x) =>
    [sumOfSquares(problem, x), ...gradientOf(problem, x)].every(Number.isFinite),
  );
}
