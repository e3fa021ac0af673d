/**
 * The Levenberg-Marquardt method: the step minimizes the linear model within the radius. It solves the damped equations
 * `(JᵀJ + λ D²) s = -Jᵀr`. Newton's method finds the damping λ for which the step has the length of the radius, between bounds that
 * contain it: Moré, "The Levenberg-Marquardt Algorithm: Implementation and Theory", 1978, as in MINPACK.
 */

import { norm, scaledNorm } from "./matrix.ts";
import type { LeastSquaresMethod, LeastSquaresStep, LinearModel } from "./method.ts";
import { checkOptions } from "./options.ts";
import {
  entry,
  type Factors,
  lowerTimes,
  pivoted,
  rankOf,
  solveLower,
  solveUpper,
  unpivoted,
} from "./qr.ts";

/** The relative difference allowed between the length of a step and the radius. */
const slack = 0.1;
const maxTries = 10;
/** The least damping that is not 0. */
const tiny = 2 ** -1022;

/** Options of {@link levenbergMarquardt}. */
export interface LevenbergMarquardtOptions {
  /**
   * Whether steps follow the curvature of the residuals (geodesic acceleration), for one more call of the residual function each.
   * It helps in narrow curved valleys, where one parameter can make up for another. Default false.
   */
  readonly geodesic?: boolean;
}

/**
 * Levenberg-Marquardt steps, as in MINPACK.
 *
 * Options: `geodesic` whether steps follow the curvature of the residuals (false): Transtrum and Sethna, 2012, "Improvements to the
 * Levenberg-Marquardt algorithm for nonlinear least-squares minimization".
 *
 * @throws {MinimizeError} if an option is unknown
 * @example
 * const valley = ([x, y]: number[]) => [10 * (y - x ** 2), 1 - x];
 * const method = levenbergMarquardt({ geodesic: true });
 * leastSquares(valley, [-1.2, 1], { method }).x; // [1, 1]
 */
export function levenbergMarquardt(options: LevenbergMarquardtOptions = {}): LeastSquaresMethod {
  checkOptions("levenbergMarquardt", options, ["geodesic"]);
  return { name: "levenbergMarquardt", step, ...(options.geodesic && { correction }) };
}

function step(model: LinearModel, radius: number, before: number): LeastSquaresStep {
  const { factors, projected, scale } = model;
  const rank = rankOf(factors);
  const own = pivoted(factors, scale);
  const newton = solveUpper(factors, projected, rank);
  const length = scaledNorm(own, newton);
  if (length - radius <= slack * radius) return taken(factors, newton, 0);
  const isFull = rank === factors.columns;
  const slope = isFull ? slopeBy(factors, own, newton, length) : 0;
  const gradient = lowerTimes(factors, projected).map((value, j) => value / own[j]!);
  const bounds = {
    low: isFull ? (length - radius) / radius / slope : 0,
    high: norm(gradient) / radius || tiny / Math.min(radius, slack),
  };
  let damping = Math.min(Math.max(before, bounds.low), bounds.high) || norm(gradient) / length;
  let excess = length - radius;
  for (let tries = 1; ; tries++) {
    damping ||= Math.max(tiny, 0.001 * bounds.high);
    const damped = dampedFactors(factors, projected, own, damping);
    const z = solveUpper(damped.factors, damped.projected, rankOf(damped.factors));
    const now = scaledNorm(own, z);
    const last = excess;
    excess = now - radius;
    const isShort = bounds.low === 0 && excess <= last && last < 0;
    if (Math.abs(excess) <= slack * radius || isShort || tries === maxTries) {
      return taken(factors, z, damping);
    }
    const correction = excess / radius / slopeBy(damped.factors, own, z, now);
    if (excess > 0) bounds.low = Math.max(bounds.low, damping);
    else bounds.high = Math.min(bounds.high, damping);
    damping = Math.max(bounds.low, damping + correction);
  }
}

/** Half the acceleration: the solution of the damped equations with r'' instead of r. */
function correction(
  { factors, scale }: LinearModel,
  { damping }: LeastSquaresStep,
  curvature: Float64Array,
): Float64Array {
  const own = pivoted(factors, scale);
  const damped =
    damping === 0
      ? { factors, projected: curvature }
      : dampedFactors(factors, curvature, own, damping);
  const z = solveUpper(damped.factors, damped.projected, rankOf(damped.factors));
  return unpivoted(factors, z).map((value) => -value / 2);
}

/** The step of a solution of `J z = r` in R's order. */
const taken = (factors: Factors, z: Float64Array, damping: number): LeastSquaresStep => ({
  step: unpivoted(factors, z).map((value) => -value),
  damping,
  isFull: damping === 0,
});

/** Minus the derivative of the length of a step by the damping, divided by the length. */
function slopeBy(factors: Factors, scale: Float64Array, z: Float64Array, length: number): number {
  const direction = z.map((value, j) => scale[j]! * ((scale[j]! * value) / length));
  return norm(solveLower(factors, direction, rankOf(factors))) ** 2;
}

/** The factors of `[R; √λ D]` with the right side `[Qᵀr; 0]`, by one rotation for each element to eliminate. */
function dampedFactors(
  factors: Factors,
  projected: Float64Array,
  scale: Float64Array,
  damping: number,
): { factors: Factors; projected: Float64Array } {
  const n = factors.columns;
  // S, row by row: the rotated elements are next to each other.
  const s = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = i; j < n; j++) s[i * n + j] = entry(factors, i, j);
  const right = projected.slice();
  const root = Math.sqrt(damping);
  const row = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    row.fill(0);
    row[k] = root * scale[k]!;
    let rest = 0;
    for (let i = k; i < n; i++) {
      if (row[i] === 0) continue;
      const length = Math.hypot(s[i * n + i]!, row[i]!);
      const [cosine, sine] = [s[i * n + i]! / length, row[i]! / length];
      for (let j = i; j < n; j++) {
        const [a, b] = [s[i * n + j]!, row[j]!];
        s[i * n + j] = cosine * a + sine * b;
        row[j] = cosine * b - sine * a;
      }
      const [a, b] = [right[i]!, rest];
      right[i] = cosine * a + sine * b;
      rest = cosine * b - sine * a;
    }
  }
  const data = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = i; j < n; j++) data[j * n + i] = s[i * n + j]!;
  const diagonal = Float64Array.from({ length: n }, (_, k) => s[k * n + k]!);
  return {
    factors: { rows: n, columns: n, data, diagonal, pivots: factors.pivots },
    projected: right,
  };
}
