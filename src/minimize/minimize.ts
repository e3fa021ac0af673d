/** Minimises a function, all at once or one iteration at a time. */
import type { ObjectiveFunction } from "./objective.ts";
import type { MinimizeOptions } from "./options.ts";
import type { MinimizationResult, MinimizationState } from "./result.ts";
import { Run } from "./run.ts";

/**
 * Minimises a function of numbers, arrays or named parameters of any shape.
 *
 * Computes in float64. A value that is infinite or NaN makes the search step back. The result is never worse than the start.
 *
 * @param f returns `{ value, gradient }`; or fills in its second parameter and returns the value; or returns the value alone
 * @param x0 the start: a number, an array, or an object of these. `{ data, shape }` of `parameters()` is changed in place,
 *   and holds the best point behind each iteration; all else is left as it is
 * @returns the best point, in the start's form, and why it stopped; that it has not converged is no exception
 * @throws {MinimizeError} where the start, an option, or what the function returns is none
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
 * The same one iteration at a time, so that a page stays alive, and whoever looks can stop.
 *
 * @param x0 where it starts, as for `minimize`
 * @returns a generator of the state at the start and after each iteration; that of the last has a `reason`. It returns the
 *   result
 * @throws {MinimizeError} as `minimize`, when the first state is asked for
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
