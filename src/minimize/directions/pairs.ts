/** The steps and changes of the gradient that limited-memory methods remember, with their products. */
import type { Point } from "../method.ts";
import { addDots, blocks } from "../vector.ts";

/** Plain data. Matrices have `memory` columns; the oldest pair comes first. */
interface PairsState {
  count: number;
  /** Steps and changes of the gradient, alternating: s_0, y_0, s_1, y_1 ... Arrays after the last pair are kept for reuse. */
  readonly vectors: Float64Array[];
  /** Products of s_i with y_j, and of y_i with y_j. Products of a step with older changes are not here. */
  readonly sy: Float64Array;
  readonly yy: Float64Array;
  /** Products of `vectors` with the gradient at the last point. */
  readonly ofGradient: Float64Array;
  /** s'y / y'y of the last pair: the size of the inverse Hessian. */
  scale: number;
}

/**
 * Up to `memory` pairs. One pass over the vectors computes all products of an iteration, and another pass the direction, as a sum
 * of the vectors. This moves half as much memory as the two-loop recursion.
 */
export class Pairs {
  readonly memory: number;
  readonly state: PairsState;
  /** Products of `vectors` with the last change. */
  readonly #ofChange: Float64Array;

  constructor(memory: number, saved?: unknown) {
    this.memory = memory;
    this.state = (structuredClone(saved) as PairsState | undefined) ?? {
      count: 0,
      vectors: [],
      sy: new Float64Array(memory * memory),
      yy: new Float64Array(memory * memory),
      ofGradient: productsOf(memory),
      scale: 1,
    };
    this.#ofChange = productsOf(memory);
  }

  forget(): boolean {
    const knew = this.state.count > 0;
    this.state.count = 0;
    this.state.scale = 1;
    return knew;
  }

  /**
   * Adds the step `length * direction`, if the curvature along it is positive. If it is not, the oldest pair may be lost.
   * @returns whether it was added
   */
  learn(length: number, direction: Float64Array, from: Point, to: Point): boolean {
    const { state, memory } = this;
    const { vectors, sy, yy, ofGradient } = state;
    const ofChange = this.#ofChange;
    this.#makeRoom(direction.length);
    const last = state.count - 1;
    const [step, change] = [vectors[2 * last]!, vectors[2 * last + 1]!];
    ofGradient.fill(0);
    ofChange.fill(0);
    blocks(step.length, (start, end) => {
      for (let i = start; i < end; i++) {
        step[i] = length * direction[i]!;
        change[i] = to.gradient[i]! - from.gradient[i]!;
      }
      addDots(vectors, 2 * state.count, to.gradient, change, ofGradient, ofChange, start, end);
    });
    for (let k = 0; k <= last; k++) {
      sy[k * memory + last] = ofChange[2 * k]!;
      yy[k * memory + last] = yy[last * memory + k] = ofChange[2 * k + 1]!;
    }
    const [product, square] = [ofChange[2 * last]!, ofChange[2 * last + 1]!];
    const isKept = product > Number.EPSILON * square;
    if (isKept) {
      state.scale = product / square;
    } else {
      state.count = last;
    }
    return isKept;
  }

  save(): PairsState {
    const { state } = this;
    return structuredClone({ ...state, vectors: state.vectors.slice(0, 2 * state.count) });
  }

  /** Makes room for a new pair at the end. If there are `memory` pairs, it removes the oldest. */
  #makeRoom(unknowns: number): void {
    const { state, memory } = this;
    const { vectors, sy, yy } = state;
    if (state.count < memory) {
      state.count++;
      while (vectors.length < 2 * state.count) {
        vectors.push(new Float64Array(unknowns));
      }
      return;
    }
    vectors.push(vectors.shift()!, vectors.shift()!);
    for (const matrix of [sy, yy]) {
      // Each element comes from one row below and one column to the right.
      matrix.copyWithin(0, memory + 1);
    }
  }
}

/** A number for each vector, and two more, because loops take four at a time. */
export const productsOf = (memory: number): Float64Array => new Float64Array(2 * memory + 2);
