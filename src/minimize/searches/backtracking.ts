/** The simplest line search. */
import type { Search } from "../method.ts";
import { norm } from "../vector.ts";
import { quadraticMinimum } from "./interpolate.ts";
import type { Line } from "./line.ts";
import { lineSearch } from "./lineSearch.ts";

/** Options of {@link backtracking}. */
export interface BacktrackingOptions {
  /** A step must decrease the value by at least this part of what the slope predicts. Default 1e-4. */
  readonly decrease?: number;
  /** The most evaluations for each step. Default 50. */
  readonly maxEvaluations?: number;
}

/**
 * Makes a step shorter until the value is low enough (Armijo). Until it accepts a step, it needs only values. So it is cheap if
 * gradients are computed by differences.
 *
 * Options: `decrease` (1e-4), `maxEvaluations` for each step (50).
 *
 * Nocedal and Wright, 2006, algorithm 3.1, with the quadratic interpolation of section 3.5, between a tenth and a half.
 *
 * @example
 * // Without its gradient, a function is called once for each length that is tried, not three times.
 * const f = ([x, y]: number[]) => (x - 1) ** 2 + 10 * (y - x * x) ** 2;
 * minimize(f, [0, 0], { method: bfgs({ search: backtracking() }) }).x; // [1, 1]
 */
export function backtracking(options: BacktrackingOptions = {}): Search {
  const { decrease = 1e-4, maxEvaluations = 50 } = options;
  return lineSearch("backtracking", (line) => {
    let length = Math.min(line.scaled ? 1 : 1 / norm(line.from.gradient), line.maxLength);
    for (let count = 0; count < maxEvaluations; count++) {
      line.evaluateValue(length);
      if (line.value <= line.from.value + decrease * length * line.slope) {
        return true;
      }
      length = shorter(line, length);
    }
    return false;
  });
}

function shorter(line: Line, length: number): number {
  if (line.value === Infinity) {
    return 0.3 * length;
  }
  const start = { length: 0, value: line.from.value, slope: line.slope };
  const next = quadraticMinimum(start, { length, value: line.value, slope: 0 });
  return Math.min(Math.max(next, 0.1 * length), 0.5 * length);
}
