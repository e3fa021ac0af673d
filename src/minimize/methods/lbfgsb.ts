/** L-BFGS-B. */

import { checkCount, checkNames } from "../checks.ts";
import { BoundedMemory } from "../directions/bounded.ts";
import type { Method, Search } from "../method.ts";
import { moreThuente } from "../searches/moreThuente.ts";
import { descent } from "./descent.ts";

/** Options of {@link lbfgsb}. */
export interface LbfgsbOptions {
  /** The number of steps that are remembered, of 16 bytes an unknown each. Default 10. */
  readonly memory?: number;
  /** How far to go. Default `moreThuente()`. */
  readonly search?: Search;
}

/**
 * L-BFGS-B: L-BFGS within bounds. At each iteration it finds out which unknowns are at a bound, and minimises over the others.
 *
 * Options: `memory` the number of steps that are remembered (10), `search` (`moreThuente()`).
 *
 * Byrd, Lu, Nocedal and Zhu, 1995, "A limited memory algorithm for bound constrained optimization"; Morales and Nocedal, 2011.
 *
 * @throws {MinimizeError} where an option is unknown or has no such value
 */
export function lbfgsb(options: LbfgsbOptions = {}): Method {
  checkNames("lbfgsb", options, ["memory", "search"]);
  const { memory = 10, search = moreThuente() } = options;
  checkCount("lbfgsb", "memory", memory);
  return descent({
    name: "lbfgsb",
    bounded: true,
    search,
    direction: (objective, _search, saved) => new BoundedMemory(objective, memory, saved),
  });
}
