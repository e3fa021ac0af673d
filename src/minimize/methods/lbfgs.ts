/** L-BFGS. */

import { checkCount, checkNames } from "../checks.ts";
import { LimitedMemory } from "../directions/limited.ts";
import { Pairs } from "../directions/pairs.ts";
import type { Method, Search } from "../method.ts";
import { moreThuente } from "../searches/moreThuente.ts";
import { descent } from "./descent.ts";

/** Options of {@link lbfgs}. */
export interface LbfgsOptions {
  /** How many steps are remembered. Each takes 16 bytes for each unknown. Default 10. */
  readonly memory?: number;
  /** The search. Default `moreThuente()`. `zoom()` makes the same steps as PyTorch. */
  readonly search?: Search;
}

/**
 * L-BFGS: computes the direction from the last steps and from how the gradient changed along them. Use it for any number of
 * unknowns. If you have gradients, try this method first.
 *
 * Options: `memory` how many steps are remembered (10), `search` (`moreThuente()`).
 *
 * Liu and Nocedal, 1989, "On the limited memory BFGS method for large scale optimization". With
 * `search: zoom()` it is `torch.optim.LBFGS(line_search_fn="strong_wolfe", history_size=10)`.
 *
 * @throws {MinimizeError} if an option is unknown or its value is not valid
 * @example
 * const bowl = valueAndGradient((x) => sum(square(sub(x, 2))));
 * const found = minimize(bowl, new Float64Array(10_000), { method: lbfgs({ memory: 5 }) });
 * found.x.slice(0, 3); // [2, 2, 2]
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
