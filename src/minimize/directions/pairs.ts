/** The steps and changes of the gradient that limited-memory methods remember, with their products. */
import type { Point } from "../method.ts";
import { addDots, blocks } from "../vector.ts";

/** Plain data. Matrices have `memory` columns; the oldest pair comes first. */
interface PairsState {
  count: number;
  /** Steps. */
  readonly s: Float64Array[];
  /** Changes of the gradient. */
  readonly y: Float64Array[];
  /** Of s_i with y_j, y_i with y_j, and s_i with s_j. Products of a step with older changes and steps are not made here. */
  readonly sy: Float64Array;
  readonly yy: Float64Array;
  readonly ss: Float64Array;
  /** Of s_i and y_i with the gradient at the last point. */
  readonly sg: Float64Array;
  readonly yg: Float64Array;
  /** s'y / y'y of the last pair: the size of the inverse Hessian. */
  scale: number;
}

const create = (memory: number): PairsState => ({
  count: 0,
  s: [],
  y: [],
  sy: new Float64Array(memory * memory),
  yy: new Float64Array(memory * memory),
  ss: new Float64Array(memory * memory),
  sg: new Float64Array(memory),
  yg: new Float64Array(memory),
  scale: 1,
});

/**
 * Up to `memory` pairs. All products of an iteration are taken in one pass over the vectors, and a direction is a sum of
 * them in another: half of what the two-loop recursion moves.
 */
export class Pairs {
  readonly memory: number;
  readonly state: PairsState;
  /** Steps, and behind them changes. */
  vectors: readonly Float64Array[] = [];
  /** Their products with the gradient, and with its change. */
  readonly #ofGradient: Float64Array;
  readonly #ofChange: Float64Array;

  constructor(memory: number, saved?: unknown) {
    this.memory = memory;
    this.state = saved === undefined ? create(memory) : structuredClone(saved as PairsState);
    this.#ofGradient = new Float64Array(2 * memory + 3);
    this.#ofChange = this.#ofGradient.slice();
    this.#list();
  }

  forget(): boolean {
    const knew = this.state.count > 0;
    this.state.count = 0;
    this.state.scale = 1;
    this.#list();
    return knew;
  }

  /**
   * Takes in the step `length * direction`, unless the curvature along it is not positive; then the oldest pair may be gone.
   * @returns whether it did
   */
  learn(length: number, direction: Float64Array, from: Point, to: Point): boolean {
    const { state, memory } = this;
    this.#makeRoom(direction.length);
    this.#multiply(length, direction, from, to);
    const last = state.count - 1;
    const change = state.sy[last * memory + last]!;
    const square = state.yy[last * memory + last]!;
    const isKept = change > Number.EPSILON * square;
    if (isKept) {
      state.scale = change / square;
    } else {
      state.count = last;
      this.#list();
    }
    return isKept;
  }

  save(): PairsState {
    const { vectors, state } = this;
    const { count } = state;
    return structuredClone({ ...state, s: vectors.slice(0, count), y: vectors.slice(count) });
  }

  /** A new pair at the end; the oldest goes where there are enough. */
  #makeRoom(unknowns: number): void {
    const { state, memory } = this;
    const { s, y } = state;
    if (state.count < memory) {
      state.count++;
      for (const list of [s, y]) {
        if (list.length < state.count) {
          list.push(new Float64Array(unknowns));
        }
      }
    } else {
      s.push(s.shift()!);
      y.push(y.shift()!);
      for (const matrix of [state.sy, state.yy, state.ss]) {
        // Each element comes from one row below and one column to the right.
        matrix.copyWithin(0, memory + 1);
      }
    }
    this.#list();
  }

  #multiply(length: number, direction: Float64Array, from: Point, to: Point): void {
    const { vectors, memory } = this;
    const { count, sy, yy, sg, yg } = this.state;
    const [ofGradient, ofChange] = [this.#ofGradient.fill(0), this.#ofChange.fill(0)];
    const last = count - 1;
    const [step, change] = [vectors[last]!, vectors[last + count]!];
    const g = to.gradient;
    const before = from.gradient;
    blocks(g.length, (start, end) => {
      for (let i = start; i < end; i++) {
        step[i] = length * direction[i]!;
        change[i] = g[i]! - before[i]!;
      }
      addDots(vectors, g, change, ofGradient, ofChange, start, end);
    });
    for (let k = 0; k < count; k++) {
      sg[k] = ofGradient[k]!;
      yg[k] = ofGradient[count + k]!;
      sy[k * memory + last] = ofChange[k]!;
      yy[k * memory + last] = yy[last * memory + k] = ofChange[count + k]!;
    }
  }

  #list(): void {
    const { count, s, y } = this.state;
    this.vectors = [...s.slice(0, count), ...y.slice(0, count)];
  }
}
