/**
 * Powell's dogleg: the step goes along steepest descent to the lowest point of the linear model, and from there towards the
 * Gauss-Newton step, as far as the radius allows (Powell, "A Hybrid Method for Nonlinear Equations", 1970).
 */
import { dot, norm } from "./matrix.ts";
import type { LeastSquaresMethod, LeastSquaresStep, LinearModel } from "./method.ts";
import { lowerTimes, pivoted, rankOf, solveUpper, unpivoted, upperTimes } from "./qr.ts";

/**
 * Powell's dogleg steps. A step solves one system of equations; a Levenberg-Marquardt step needs several.
 *
 * @example
 * const line = ({ a, b }: { a: number; b: number }) => [0, 1, 2].map((t) => a + b * t - [1, 3, 5][t]);
 * const fitted = leastSquares(line, { a: 0, b: 0 }, { method: dogleg() });
 * console.log(fitted.x.a, fitted.x.b); // 1, 2
 */
export const dogleg = (): LeastSquaresMethod => ({ name: "dogleg", step });

function step({ factors, projected, scale }: LinearModel, radius: number): LeastSquaresStep {
  const own = pivoted(factors, scale);
  const scaled = (values: Float64Array) => values.map((value, j) => value * own[j]!);
  const rank = rankOf(factors, Number.EPSILON * factors.columns);
  const newton = solveUpper(factors, projected, rank).map((value) => -value);
  const to = (z: Float64Array, isFull = false): LeastSquaresStep => ({
    ...{ step: unpivoted(factors, z), damping: 0, isFull },
  });
  if (norm(scaled(newton)) <= radius) return to(newton, true);
  // Steepest descent in the scaled unknowns.
  const gradient = lowerTimes(factors, projected).map((value, j) => value / own[j]!);
  const steepness = norm(gradient);
  const direction = gradient.map((value, j) => -value / steepness / own[j]!);
  const along = norm(upperTimes(factors, direction));
  const reach = Math.min(steepness / along ** 2, radius);
  const first = direction.map((value) => reach * value);
  if (reach === radius) return to(first);
  const rest = newton.map((value, j) => value - first[j]!);
  const part = crossing(scaled(first), scaled(rest), radius);
  return to(first.map((value, j) => value + part * rest[j]!));
}

/** The length along `rest`, from `first`, at which the step reaches the radius. */
function crossing(first: Float64Array, rest: Float64Array, radius: number): number {
  const [a, b] = [dot(rest, rest), dot(first, rest)];
  const c = radius ** 2 - dot(first, first);
  const root = Math.sqrt(b ** 2 + a * c);
  return b > 0 ? c / (b + root) : (root - b) / a;
}
