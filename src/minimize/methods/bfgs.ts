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
