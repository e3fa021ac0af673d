/** L-BFGS. */

import { checkCount, checkNames } from "../checks.ts";
import { LimitedMemory } from "../directions/limited.ts";
import { Pairs } from "../directions/pairs.ts";
import type { Method, Search } from "../method.ts";
import { moreThuente } from "../searches/moreThuente.ts";
import { descent } from "./descent.ts";

/** Options of {@link lbfgs}. */
export interface LbfgsOptions {
  /** The number of steps that are remembered, of 16 bytes an unknown each. Default 10. */
  readonly memory?: number;
  /** How far to go. Default `moreThuente()`; `zoom()` makes PyTorch's steps. */
  readonly search?: Search;
}

/**
 * L-BFGS: the direction is made of the last steps and of how the gradient changed along them. For any number of unknowns;
 * the method to begin with where there are gradients.
 *
 * Options: `memory` the number of steps that are remembered (10), `search` (`moreThuente()`).
 *
 * Liu and Nocedal, 1989, "On the limited memory BFGS method for large scale optimization"; as
 * `torch.optim.LBFGS(line_search_fn="strong_wolfe", history_size=10)` with `search: zoom()`.
 *
 * @throws {MinimizeError} where an option is unknown or has no such value
 */
export function lbfgs(options: LbfgsOptions = {}): Method {
  checkNames("lbfgs", options, ["memory", "search"]);
  const { memory = 10, search = moreThuente() } = options;
  checkCount("lbfgs", "memory", memory);
  return descent({
    name: "lbfgs",
    search,
    direction: (_objective, _search, saved) => new LimitedMemory(new Pairs(memory, saved)),
  });
}
