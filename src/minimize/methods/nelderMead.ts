/** The simplex method of Nelder and Mead. */

import { checkNames, checkPositive } from "../checks.ts";
import { sizeBy } from "../differences.ts";
import {
  clamp,
  createPoint,
  type Ending,
  type Method,
  type Objective,
  type Point,
  type Solver,
} from "../method.ts";

/** Options of {@link nelderMead}. */
export interface NelderMeadOptions {
  /** The size of the first simplex: each unknown is changed by this part of itself, or by this number if it is 0. Default 0.05. */
  readonly size?: number;
  /**
   * The method has converged if no unknown differs by more than this part of itself within the simplex, or of its start if that
   * is larger. Default 1e-8.
   */
  readonly tolerance?: number;
}

/**
 * Nelder and Mead's simplex method. It uses only values, which may have noise or kinks. Use it for a few unknowns. Its
 * coefficients depend on the number of unknowns. When it has converged, it starts again with a new simplex, until that finds
 * nothing lower. It supports bounds.
 *
 * Options: `size` of the first simplex (0.05), `tolerance` (1e-8).
 *
 * Nelder and Mead, 1965; coefficients of Gao and Han, 2012, "Implementing the Nelder-Mead simplex algorithm with adaptive
 * parameters".
 *
 * @throws {MinimizeError} if an option is unknown or its value is not valid
 * @example
 * const kinked = ([x, y]: number[]) => Math.abs(x - 1) + Math.abs(x + y - 3);
 * minimize(kinked, [0, 0], { method: nelderMead() }).x; // [1, 2]
 */
export function nelderMead(options: NelderMeadOptions = {}): Method {
  checkNames("nelderMead", options, ["size", "tolerance"]);
  const { size = 0.05, tolerance = 1e-8 } = options;
  checkPositive("nelderMead", "size", size);
  checkPositive("nelderMead", "tolerance", tolerance);
  return {
    name: "nelderMead",
    bounded: true,
    usesGradient: false,
    start: (objective, start, saved) =>
      new Simplex(objective, { size, tolerance }, start, saved as State | undefined),
  };
}

interface Vertex {
  readonly x: Float64Array;
  readonly value: number;
}

/** Plain data. */
interface State {
  readonly start: Vertex;
  /** Sorted, the best first; empty before the first iteration. */
  vertices: Vertex[];
  /** The best value when it last converged. */
  converged: number;
}

const copyOf = ({ x, value }: Vertex): Vertex => ({ x: x.slice(), value });

class Simplex implements Solver {
  readonly usesGradient = false;
  readonly descends = false;
  readonly moved = Number.NaN;
  readonly #objective: Objective;
  readonly #options: Required<NelderMeadOptions>;
  readonly #state: State;
  readonly #point: Point;
  /** Coefficients of expansion, contraction and shrinking. */
  readonly #expand: number;
  readonly #contract: number;
  readonly #shrink: number;

  constructor(
    objective: Objective,
    options: Required<NelderMeadOptions>,
    start: Point,
    saved: State | undefined,
  ) {
    this.#objective = objective;
    this.#options = options;
    this.#state = saved
      ? structuredClone(saved)
      : { start: copyOf(start), vertices: [], converged: Infinity };
    this.#point = createPoint(objective.unknowns);
    const n = Math.max(2, objective.unknowns);
    this.#expand = 1 + 2 / n;
    this.#contract = 0.75 - 1 / (2 * n);
    this.#shrink = 1 - 1 / n;
  }

  get point(): Point {
    const { x, value } = this.#state.vertices[0] ?? this.#state.start;
    return { x, value, gradient: this.#point.gradient };
  }

  step(): Ending | undefined {
    const state = this.#state;
    if (state.vertices.length === 0) {
      state.vertices = this.#around(state.start);
      return undefined;
    }
    if (!this.#hasConverged()) {
      this.#improve();
      return undefined;
    }
    const best = state.vertices[0]!;
    if (!(best.value < state.converged - 1e-10 * Math.abs(best.value))) {
      return {
        reason: "step",
        message:
          "converged: the simplex is within its tolerance, and a new one found nothing lower",
      };
    }
    state.vertices = this.#around(best);
    state.converged = best.value;
    return undefined;
  }

  save(): State {
    return structuredClone(this.#state);
  }

  #evaluate(x: Float64Array): Vertex {
    const point = this.#point;
    const { lower, upper } = this.#objective;
    for (let i = 0; i < x.length; i++) {
      point.x[i] = lower && upper ? clamp(x[i]!, lower[i]!, upper[i]!) : x[i]!;
    }
    this.#objective.evaluateValue(point);
    const { value } = point;
    return { x: point.x.slice(), value: Number.isNaN(value) ? Infinity : value };
  }

  #around(best: Vertex): Vertex[] {
    const { upper } = this.#objective;
    const others = Array.from(best.x, (value, i) => {
      const x = best.x.slice();
      const step = this.#options.size * sizeBy(value);
      x[i] = upper && value + step > upper[i]! ? value - step : value + step;
      return this.#evaluate(x);
    });
    return sorted([copyOf(best), ...others]);
  }

  #hasConverged(): boolean {
    const [best, ...others] = this.#state.vertices as [Vertex, ...Vertex[]];
    const { tolerance } = this.#options;
    const { start } = this.#state;
    return best.x.every((value, i) => {
      const size = Math.max(Math.abs(value), sizeBy(start.x[i]!));
      return others.every(({ x }) => Math.abs(x[i]! - value) <= tolerance * size);
    });
  }

  #improve(): void {
    const { vertices } = this.#state;
    const best = vertices[0]!;
    const worst = vertices.at(-1)!;
    const second = vertices.at(-2)!;
    const centroid = centroidOf(vertices.slice(0, -1));
    const along = (by: number) => this.#evaluate(between(centroid, worst.x, -by));
    const reflected = along(1);
    let next: Vertex | undefined;
    if (reflected.value < best.value) {
      const expanded = along(this.#expand);
      next = expanded.value < reflected.value ? expanded : reflected;
    } else if (reflected.value < second.value) {
      next = reflected;
    } else {
      const isOutside = reflected.value < worst.value;
      const contracted = along(isOutside ? this.#contract : -this.#contract);
      const limit = isOutside ? reflected.value : worst.value;
      next =
        contracted.value < limit || (isOutside && contracted.value === limit)
          ? contracted
          : undefined;
    }
    this.#state.vertices =
      next === undefined
        ? sorted([
            best,
            ...vertices.slice(1).map(({ x }) => this.#evaluate(between(best.x, x, this.#shrink))),
          ])
        : inserted(vertices, next);
  }
}

/** `from + by * (to - from)`. */
function between(from: Float64Array, to: Float64Array, by: number): Float64Array {
  const x = new Float64Array(from.length);
  for (let i = 0; i < x.length; i++) {
    x[i] = from[i]! + by * (to[i]! - from[i]!);
  }
  return x;
}

function centroidOf(vertices: readonly Vertex[]): Float64Array {
  const sum = new Float64Array(vertices[0]!.x.length);
  for (const { x } of vertices) {
    for (let i = 0; i < sum.length; i++) {
      sum[i]! += x[i]! / vertices.length;
    }
  }
  return sum;
}

const sorted = (vertices: Vertex[]): Vertex[] =>
  // Not by subtraction, which makes NaN of two infinities.
  vertices.sort((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : 0));

/** Replaces the worst vertex, and keeps the order. */
function inserted(vertices: Vertex[], next: Vertex): Vertex[] {
  let at = vertices.length - 1;
  for (; at > 0 && next.value < vertices[at - 1]!.value; at--) {
    vertices[at] = vertices[at - 1]!;
  }
  vertices[at] = next;
  return vertices;
}
