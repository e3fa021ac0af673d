/** L-BFGS-B. */

import { checkCount, checkNames } from "../checks.ts";
import { BoundedMemory } from "../directions/bounded.ts";
import type { Method, Search } from "../method.ts";
import { moreThuente } from "../searches/moreThuente.ts";
import { descent } from "./descent.ts";

/** Options of {@link lbfgsb}. */
export interface LbfgsbOptions {
  /** How many steps are remembered. Each takes 16 bytes for each unknown. Default 10. */
  readonly memory?: number;
  /** The search. Default `moreThuente()`. */
  readonly search?: Search;
}

/**
 * L-BFGS-B: L-BFGS with bounds. In each iteration it finds the unknowns at a bound, and minimizes over the others.
 *
 * Options: `memory` how many steps are remembered (10), `search` (`moreThuente()`).
 *
 * Byrd, Lu, Nocedal and Zhu, 1995, "A limited memory algorithm for bound constrained optimization"; Morales and Nocedal, 2011.
 *
 * @throws {MinimizeError} if an option is unknown or its value is not valid
 * @example
 * const f = ([x, y]: number[]) => ({
 *   value: (x - 3) ** 2 + (y - 1) ** 2,
 *   gradient: [2 * (x - 3), 2 * (y - 1)],
 * });
 * minimize(f, [0, 0], { method: lbfgsb(), bounds: { lower: 0, upper: 2 } }).x; // [2, 1]
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
