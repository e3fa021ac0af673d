/** Makes a `Search` from a function that looks along a line. If that finds nothing, it falls back to steepest descent. */
import type { Direction, Objective, Point, Search, Searcher, SearchStep } from "../method.ts";
import { dot } from "../vector.ts";
import { Line } from "./line.ts";

/** When a step is accepted: `decrease` is for the value (Armijo), `curvature` for the slope (Wolfe). */
export interface WolfeOptions {
  /** A step must decrease the value by at least this part of what the slope predicts. Default 1e-4. */
  readonly decrease?: number;
  /** The slope at the end of a step may be at most this part of the slope at its start. Default 0.9. */
  readonly curvature?: number;
  /** The most evaluations for each step. Default 30. */
  readonly maxEvaluations?: number;
}

/**
 * Looks along a line. It returns true if it accepts the length at which it leaves the line. Otherwise the lowest point is taken, if
 * there is one.
 */
export type LineSearch = (line: Line) => boolean;

class LineSearcher implements Searcher {
  readonly #line: Line;
  readonly #search: LineSearch;

  constructor(objective: Objective, search: LineSearch) {
    this.#line = new Line(objective);
    this.#search = search;
  }

  get failed(): Searcher["failed"] {
    const { direction, slope } = this.#line;
    return { direction, slope };
  }

  step(from: Point, direction: Direction): SearchStep | undefined {
    const line = this.#line;
    do {
      direction.direct(from, line.direction);
      const slope = dot(from.gradient, line.direction);
      line.slope = slope;
      if (!(slope < 0)) {
        continue;
      }
      const maxLength = direction.maxLength?.(from, line.direction) ?? Infinity;
      line.begin(from, maxLength, direction.scaled);
      if (this.#search(line)) {
        return { to: line.accept(), length: line.length, direction: line.direction };
      }
      if (line.lowestLength > 0) {
        return { to: line.lowest(), length: line.lowestLength, direction: line.direction };
      }
    } while (direction.reset());
    return undefined;
  }

  recycle(point: Point): void {
    this.#line.recycle(point);
  }

  save(): undefined {
    return undefined;
  }
}

/**
 * Makes a search from a function that looks along a line.
 * @param name as errors call it
 * @example
 * const halving = lineSearch("halving", (line) => {
 *   let length = 1;
 *   do line.evaluate(length);
 *   while (line.value >= line.from.value && (length /= 2) > 1e-10);
 *   return line.value < line.from.value;
 * });
 * const f = ([x, y]: number[]) => ({ value: x * x + 9 * y * y, gradient: [2 * x, 18 * y] });
 * minimize(f, [3, 1], { method: lbfgs({ search: halving }) }).x; // [0, 0]
 */
export const lineSearch = (name: string, search: LineSearch): Search => ({
  name,
  needsProducts: false,
  start: (objective) => new LineSearcher(objective, search),
});

/** Relative differences of the value below this are rounding. */
const rounding = 1e-14;

/**
 * Whether a step is long enough and not too long (Nocedal and Wright, 2006, equation 3.7). If values differ only by rounding,
 * slopes decide (Hager and Zhang, 2005, "approximate Wolfe").
 */
export function satisfiesWolfe(line: Line, decrease: number, curvature: number): boolean {
  const { value, trialSlope, length, slope, from, objective } = line;
  if (!(Math.abs(trialSlope) <= -curvature * slope)) {
    return false;
  }
  const isRounding =
    Math.abs(value - from.value) <= rounding * Math.abs(from.value) &&
    value <= objective.startValue &&
    trialSlope <= (2 * decrease - 1) * slope;
  return isRounding || value <= from.value + decrease * length * slope;
}
