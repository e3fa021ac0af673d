/** Minimizes a function, all at once or one iteration at a time. */
import type { ObjectiveFunction } from "./objective.ts";
import type { MinimizeOptions } from "./options.ts";
import type { MinimizationResult, MinimizationState } from "./result.ts";
import { Run } from "./run.ts";

/**
 * Minimizes a function of numbers, arrays or named parameters of any shape.
 *
 * Computes in float64. If a value is infinite or NaN, the search tries a shorter step. The result is never worse than the start.
 *
 * @param f returns `{ value, gradient }`; or fills in its second parameter and returns the value; or returns the value alone
 * @param x0 the start: a number, an array, or an object of these. It is not changed, except that parameters made by
 *   `parameters()` (`{ data, shape }`) are updated in place: after each iteration they hold the best point
 * @returns the best point, in the form of the start, and why the run stopped. If it has not converged, nothing is thrown
 * @throws {MinimizeError} if the start, an option, or what the function returns is not valid
 * @example
 * import { minimize } from "gradus/minimize";
 * const rosenbrock = ([x, y]) => ({
 *   value: 100 * (y - x * x) ** 2 + (1 - x) ** 2,
 *   gradient: [-400 * x * (y - x * x) - 2 * (1 - x), 200 * (y - x * x)],
 * });
 * const { x, value, reason } = minimize(rosenbrock, [-1.2, 1]); // [1, 1], 0, "gradient"
 */
export function minimize<X>(
  f: ObjectiveFunction<X>,
  x0: X,
  options: MinimizeOptions<X> = {},
): MinimizationResult<X> {
  const run = new Run(f, x0, options);
  while (run.ending === undefined) {
    run.advance();
    options.onProgress?.(run.state());
  }
  return run.result();
}

/**
 * The same as `minimize`, one iteration at a time: to draw each state, to keep a page responsive, or to stop early.
 *
 * @param x0 where it starts, as for `minimize`
 * @returns a generator of the state at the start and after each iteration. The last state has a `reason`. The generator
 *   returns the result
 * @throws {MinimizeError} as `minimize`, when the first state is requested
 * @example
 * import { iterate } from "gradus/minimize";
 * for (const { x, value } of iterate(([x]) => (x - 3) ** 2, [0])) {
 *   if (value < 1e-3) break;
 * }
 */
export function* iterate<X>(
  f: ObjectiveFunction<X>,
  x0: X,
  options: MinimizeOptions<X> = {},
): Generator<MinimizationState<X>, MinimizationResult<X>, void> {
  const run = new Run(f, x0, options);
  yield run.state();
  while (run.ending === undefined) {
    run.advance();
    const state = run.state();
    options.onProgress?.(state);
    yield state;
  }
  return run.result();
}
