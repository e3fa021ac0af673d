/** BFGS. */

import { checkNames } from "../checks.ts";
import { DenseMatrices } from "../directions/dense.ts";
import type { Method, Search } from "../method.ts";
import { moreThuente } from "../searches/moreThuente.ts";
import { descent } from "./descent.ts";

/** Options of {@link bfgs}. */
export interface BfgsOptions {
  /** The search. Default `moreThuente()`. `doglegRegion()` is a trust region. */
  readonly search?: Search;
}

/**
 * BFGS: learns the whole inverse Hessian from how the gradient changes. Use it for up to some hundreds of unknowns. With n
 * unknowns it keeps n^2 numbers, or 2 n^2 with `doglegRegion()`.
 *
 * Options: `search` (`moreThuente()`).
 *
 * Nocedal and Wright, 2006, "Numerical Optimization", algorithm 6.1.
 *
 * @throws {MinimizeError} if an option is unknown
 * @example
 * const rosenbrock = ([x, y]: number[]) => ({
 *   value: 100 * (y - x * x) ** 2 + (1 - x) ** 2,
 *   gradient: [-400 * x * (y - x * x) - 2 * (1 - x), 200 * (y - x * x)],
 * });
 * minimize(rosenbrock, [-1.2, 1], { method: bfgs() }).x; // [1, 1]
 */
export function bfgs(options: BfgsOptions = {}): Method {
  checkNames("bfgs", options, ["search"]);
  return descent({
    name: "bfgs",
    search: options.search ?? moreThuente(),
    direction: ({ unknowns }, { needsProducts }, saved) =>
      new DenseMatrices(unknowns, needsProducts, saved),
  });
}
