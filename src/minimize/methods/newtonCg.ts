/** Newton's method with conjugate gradients. */

import { checkNames } from "../checks.ts";
import { TruncatedNewton } from "../directions/newton.ts";
import type { Method, Search } from "../method.ts";
import { moreThuente } from "../searches/moreThuente.ts";
import { descent } from "./descent.ts";

/** Options of {@link newtonCg}. */
export interface NewtonCgOptions {
  /** How far to go. Default `moreThuente()`; `steihaugRegion()` is a trust region. */
  readonly search?: Search;
}

/**
 * Newton's method for any number of unknowns: its equation is solved by conjugate gradients, which need no more of the
 * Hessian than its product with a vector. `hessianProduct` of `minimize` gives that; otherwise it is a difference of two
 * gradients, an evaluation each.
 *
 * Options: `search` (`moreThuente()`).
 *
 * Nocedal and Wright, 2006, "Numerical Optimization", algorithm 7.1, and 7.2 with `search: steihaugRegion()`.
 *
 * @throws {MinimizeError} where an option is unknown
 */
export function newtonCg(options: NewtonCgOptions = {}): Method {
  checkNames("newtonCg", options, ["search"]);
  return descent({
    name: "newtonCg",
    search: options.search ?? moreThuente(),
    direction: (objective) => new TruncatedNewton(objective),
  });
}
