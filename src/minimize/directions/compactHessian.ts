/** The Hessian of the pairs, in compact form. */
import type { Point } from "../method.ts";
import { dot } from "../vector.ts";
import type { Pairs } from "./pairs.ts";
import { scaledInverse } from "./smallMatrix.ts";

/**
 * B = theta - W M W', with W = [Y, theta S] of n rows and 2 k columns, for k pairs.
 * Byrd, Lu, Nocedal and Zhu, 1995, equations 3.2 to 3.4.
 */
export class CompactHessian {
  readonly pairs: Pairs;
  /** M, of 2 k by 2 k, from the last `refresh`; empty without pairs. */
  middle: Float64Array = new Float64Array(0);
  #inverseOfMiddle: Float64Array = new Float64Array(0);
  /** Products of steps with steps. */
  readonly #ss: Float64Array;
  /** The sizes of its rows: the roots of its diagonal. */
  #sizes: Float64Array = new Float64Array(0);

  constructor(pairs: Pairs) {
    const { memory, state } = pairs;
    this.pairs = pairs;
    this.#ss = new Float64Array(memory * memory);
    for (let last = 0; last < state.count; last++) {
      this.#multiply(last);
    }
  }

  get theta(): number {
    return 1 / this.pairs.state.scale;
  }

  /** The columns of W. */
  get width(): number {
    return 2 * this.pairs.state.count;
  }

  /** Adds a step, as `Pairs` does. */
  learn(length: number, direction: Float64Array, from: Point, to: Point): void {
    const { memory, state } = this.pairs;
    if (state.count === memory) {
      this.#ss.copyWithin(0, memory + 1);
    }
    if (this.pairs.learn(length, direction, from, to)) {
      this.#multiply(state.count - 1);
    }
  }

  /** Products of a step with older steps and changes. */
  #multiply(last: number): void {
    const { memory, state } = this.pairs;
    const { sy, vectors } = state;
    const ss = this.#ss;
    for (let k = 0; k <= last; k++) {
      const step = vectors[2 * last]!;
      ss[k * memory + last] = ss[last * memory + k] = dot(vectors[2 * k]!, step);
      if (k < last) {
        sy[last * memory + k] = dot(vectors[2 * k + 1]!, step);
      }
    }
  }

  /** Computes M from the pairs. If it is singular, forgets them. */
  refresh(): void {
    const { memory, state } = this.pairs;
    const { count, sy } = state;
    const ss = this.#ss;
    const n = 2 * count;
    const matrix = new Float64Array(n * n);
    for (let i = 0; i < count; i++) {
      matrix[i * n + i] = -sy[i * memory + i]!;
      for (let j = 0; j < count; j++) {
        matrix[(count + i) * n + count + j] = this.theta * ss[i * memory + j]!;
        if (i > j) {
          matrix[(count + i) * n + j] = matrix[j * n + count + i] = sy[i * memory + j]!;
        }
      }
    }
    this.#inverseOfMiddle = matrix;
    this.#sizes = Float64Array.from({ length: n }, (_, i) =>
      Math.sqrt(Math.abs(matrix[i * n + i]!)),
    );
    const middle = scaledInverse(matrix, this.#sizes);
    if (middle === undefined) {
      this.pairs.forget();
    }
    this.middle = middle ?? new Float64Array(0);
  }

  /** The row of W that belongs to an unknown. */
  row(index: number, into: Float64Array): void {
    const { count, vectors } = this.pairs.state;
    for (let k = 0; k < count; k++) {
      into[k] = vectors[2 * k + 1]![index]!;
      into[count + k] = this.theta * vectors[2 * k]![index]!;
    }
  }

  /** W' times a vector, over the listed unknowns, or over all. */
  transposed(vector: Float64Array, unknowns?: readonly number[]): Float64Array {
    const { count, vectors } = this.pairs.state;
    const product = new Float64Array(2 * count);
    for (let k = 0; k < count; k++) {
      product[k] = sumOf(vectors[2 * k + 1]!, vector, unknowns);
      product[count + k] = this.theta * sumOf(vectors[2 * k]!, vector, unknowns);
    }
    return product;
  }

  /** Adds `factor` times W times a vector, to the listed unknowns, or to all. */
  addProduct(
    factor: number,
    vector: Float64Array,
    into: Float64Array,
    unknowns?: readonly number[],
  ): void {
    const { count, vectors } = this.pairs.state;
    for (let k = 0; k < count; k++) {
      addTo(into, factor * vector[k]!, vectors[2 * k + 1]!, unknowns);
      addTo(into, factor * this.theta * vector[count + k]!, vectors[2 * k]!, unknowns);
    }
  }

  /** (M^-1 - W'W / theta)^-1, with the rows of W for the free unknowns; undefined if it does not exist. */
  freeMiddle(free: readonly number[], others: readonly number[]): Float64Array | undefined {
    const gram = this.#gram(free, others);
    const matrix = this.#inverseOfMiddle.map((value, at) => value - gram[at]! / this.theta);
    return scaledInverse(matrix, this.#sizes);
  }

  /** W'W over the free unknowns: their sum, or the sum over all minus the others, whichever has fewer terms. */
  #gram(free: readonly number[], others: readonly number[]): Float64Array {
    const n = this.width;
    const isFew = others.length < free.length;
    const gram = isFew ? this.#wholeGram() : new Float64Array(n * n);
    const sign = isFew ? -1 : 1;
    const row = new Float64Array(n);
    for (const index of isFew ? others : free) {
      this.row(index, row);
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          gram[i * n + j]! += sign * row[i]! * row[j]!;
        }
      }
    }
    return gram;
  }

  #wholeGram(): Float64Array {
    const { memory, state } = this.pairs;
    const { count, sy, yy } = state;
    const ss = this.#ss;
    const [n, theta] = [2 * count, this.theta];
    const gram = new Float64Array(n * n);
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < count; j++) {
        gram[i * n + j] = yy[i * memory + j]!;
        gram[(count + i) * n + count + j] = theta * theta * ss[i * memory + j]!;
        gram[(count + i) * n + j] = gram[j * n + count + i] = theta * sy[i * memory + j]!;
      }
    }
    return gram;
  }
}

function sumOf(a: Float64Array, b: Float64Array, unknowns: readonly number[] | undefined): number {
  let sum = 0;
  if (unknowns === undefined) {
    for (let i = 0; i < a.length; i++) {
      sum += a[i]! * b[i]!;
    }
  } else {
    for (const i of unknowns) {
      sum += a[i]! * b[i]!;
    }
  }
  return sum;
}

function addTo(
  into: Float64Array,
  factor: number,
  vector: Float64Array,
  unknowns: readonly number[] | undefined,
): void {
  if (unknowns === undefined) {
    for (let i = 0; i < into.length; i++) {
      into[i]! += factor * vector[i]!;
    }
  } else {
    for (const i of unknowns) {
      into[i]! += factor * vector[i]!;
    }
  }
}
