/** Newton's method with conjugate gradients. */

import { checkNames } from "../checks.ts";
import { TruncatedNewton } from "../directions/newton.ts";
import type { Method, Search } from "../method.ts";
import { moreThuente } from "../searches/moreThuente.ts";
import { descent } from "./descent.ts";

/** Options of {@link newtonCg}. */
export interface NewtonCgOptions {
  /** The search. Default `moreThuente()`. `steihaugRegion()` is a trust region. */
  readonly search?: Search;
}

/**
 * Newton's method for any number of unknowns. It solves Newton's equation by conjugate gradients, which need only products of
 * the Hessian with a vector. The option `hessianProduct` of `minimize` computes them. Without it, a product is a difference of
 * two gradients, which takes one evaluation.
 *
 * Options: `search` (`moreThuente()`).
 *
 * Nocedal and Wright, 2006, "Numerical Optimization", algorithm 7.1, and 7.2 with `search: steihaugRegion()`.
 *
 * @throws {MinimizeError} if an option is unknown
 * @example
 * const f = ([x, y]: number[]) => ({
 *   value: Math.exp(x) - x + y * y,
 *   gradient: [Math.exp(x) - 1, 2 * y],
 * });
 * const hessianProduct = ([x]: number[], [a, b]: number[]) => [Math.exp(x) * a, 2 * b];
 * minimize(f, [1, 1], { method: newtonCg(), hessianProduct }).x; // [0, 0]
 */
export function newtonCg(options: NewtonCgOptions = {}): Method {
  checkNames("newtonCg", options, ["search"]);
  return descent({
    name: "newtonCg",
    search: options.search ?? moreThuente(),
    direction: (objective) => new TruncatedNewton(objective),
  });
}
