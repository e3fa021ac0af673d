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
  readonly #sums: readonly [Float64Array, Float64Array];

  constructor(memory: number, saved?: unknown) {
    this.memory = memory;
    this.state = saved === undefined ? create(memory) : structuredClone(saved as PairsState);
    this.#sums = [new Float64Array(memory), new Float64Array(memory)];
  }

  forget(): boolean {
    const knew = this.state.count > 0;
    this.state.count = 0;
    this.state.scale = 1;
    return knew;
  }

  /**
   * Takes in the step `length * direction`, unless the curvature along it is not positive.
   * @returns whether it did
   */
  learn(length: number, direction: Float64Array, from: Point, to: Point): boolean {
    let [change, square] = [0, 0];
    for (let i = 0; i < direction.length; i++) {
      const y = to.gradient[i]! - from.gradient[i]!;
      change += y * direction[i]!;
      square += y * y;
    }
    change *= length;
    const isKept = change > Number.EPSILON * square && Number.isFinite(square);
    if (isKept) {
      this.#makeRoom(direction.length);
      this.state.scale = change / square;
    }
    this.#multiply(length, direction, from, to, isKept);
    return isKept;
  }

  save(): PairsState {
    const { count, s, y, ...products } = this.state;
    return structuredClone({ ...products, count, s: s.slice(0, count), y: y.slice(0, count) });
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
      return;
    }
    s.push(s.shift()!);
    y.push(y.shift()!);
    for (const matrix of [state.sy, state.yy, state.ss]) {
      // Each element comes from one row below and one column to the right.
      matrix.copyWithin(0, memory + 1);
    }
  }

  #multiply(
    length: number,
    direction: Float64Array,
    from: Point,
    to: Point,
    isKept: boolean,
  ): void {
    const { count, s, y, sg, yg } = this.state;
    const [sy, yy] = this.#sums;
    const g = to.gradient;
    for (const sums of [sg, yg, sy, yy]) {
      sums.fill(0);
    }
    const [step, change] = isKept ? [s[count - 1]!, y[count - 1]!] : [g, g];
    blocks(g.length, (start, end) => {
      for (let i = start; isKept && i < end; i++) {
        step[i] = length * direction[i]!;
        change[i] = g[i]! - from.gradient[i]!;
      }
      addDots(s, count, [g, change], [sg, sy], start, end);
      addDots(y, count, [g, change], [yg, yy], start, end);
    });
    if (isKept) {
      this.#store(count - 1);
    }
  }

  #store(last: number): void {
    const { memory, state } = this;
    const [sy, yy] = this.#sums;
    for (let k = 0; k <= last; k++) {
      state.sy[k * memory + last] = sy[k]!;
      state.yy[k * memory + last] = state.yy[last * memory + k] = yy[k]!;
    }
  }
}
