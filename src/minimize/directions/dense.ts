/** The direction of BFGS: matrices of n by n. */
import type { Direction, Point } from "../method.ts";
import { dot, scale } from "../vector.ts";

/** Plain data: matrices row by row. */
interface DenseState {
  /** How many steps it has learned from. */
  count: number;
  readonly inverse: Float64Array;
  /** The Hessian itself; empty if the search does not multiply by it. */
  readonly hessian: Float64Array;
}

/** If a step finds less than this part of the predicted curvature, the inverse is rescaled. */
const muchLess = 0.5;

/**
 * The inverse Hessian, and the Hessian if the search needs it, by updates of rank two. Both begin as the identity. The first step
 * scales the inverse to s'y / y'y. Nocedal and Wright, 2006, equations 6.17, 6.19 and 6.20. With a line search, the inverse is first
 * made larger if the curvature is much smaller than predicted: Al-Baali, 1998, "Numerical experience with a class of self-scaling
 * quasi-Newton algorithms". A trust region makes steps along other directions, and gained nothing from that.
 */
export class DenseMatrices implements Direction {
  readonly #n: number;
  readonly #state: DenseState;
  readonly #s: Float64Array;
  readonly #y: Float64Array;
  readonly #product: Float64Array;

  constructor(unknowns: number, hasHessian: boolean, saved?: unknown) {
    this.#n = unknowns;
    this.#state =
      saved === undefined
        ? {
            count: 0,
            inverse: new Float64Array(unknowns * unknowns),
            hessian: new Float64Array(hasHessian ? unknowns * unknowns : 0),
          }
        : structuredClone(saved as DenseState);
    this.#s = new Float64Array(unknowns);
    this.#y = new Float64Array(unknowns);
    this.#product = new Float64Array(unknowns);
  }

  get scaled(): boolean {
    return this.#state.count > 0;
  }

  direct({ gradient }: Point, into: Float64Array): void {
    this.#times(this.#state.inverse, gradient, into);
    for (let i = 0; i < into.length; i++) {
      into[i] = -into[i]!;
    }
  }

  multiply(_: Point, vector: Float64Array, into: Float64Array): void {
    this.#times(this.#state.hessian, vector, into);
  }

  update(length: number, direction: Float64Array, from: Point, to: Point): void {
    const [s, y] = [this.#s, this.#y];
    for (let i = 0; i < s.length; i++) {
      s[i] = length * direction[i]!;
      y[i] = to.gradient[i]! - from.gradient[i]!;
    }
    const [change, square] = [dot(s, y), dot(y, y)];
    if (!(change > Number.EPSILON * square && square < Infinity)) {
      return;
    }
    const state = this.#state;
    if (state.count === 0) {
      setDiagonal(state.inverse, this.#n, change / square);
      setDiagonal(state.hessian, this.#n, square / change);
    } else if (state.hessian.length === 0) {
      // With s = -t H g, the matrices predicted s'Bs = -t g's.
      this.#resize(change / (-length * dot(from.gradient, s)));
    }
    state.count++;
    this.#times(state.inverse, y, this.#product);
    const factor = (1 + dot(y, this.#product) / change) / change;
    addRankTwo(state.inverse, factor, s, -1 / change, this.#product);
    if (state.hessian.length > 0) {
      this.#times(state.hessian, s, this.#product);
      addOuter(state.hessian, 1 / change, y);
      addOuter(state.hessian, -1 / dot(s, this.#product), this.#product);
    }
  }

  reset(): boolean {
    const knew = this.scaled;
    this.#state.count = 0;
    return knew;
  }

  save(): unknown {
    return structuredClone(this.#state);
  }

  /** If a step found much less curvature than predicted, other directions probably have less as well. */
  #resize(found: number): void {
    if (found > 0 && found < muchLess) {
      const { inverse } = this.#state;
      scale(1 / found, inverse, inverse);
    }
  }

  #times(matrix: Float64Array, vector: Float64Array, into: Float64Array): void {
    const n = this.#n;
    if (!this.scaled) {
      into.set(vector);
      return;
    }
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0, at = i * n; j < n; j++, at++) {
        sum += matrix[at]! * vector[j]!;
      }
      into[i] = sum;
    }
  }
}

function setDiagonal(matrix: Float64Array, n: number, value: number): void {
  matrix.fill(0);
  for (let i = 0; i < matrix.length; i += n + 1) {
    matrix[i] = value;
  }
}

/** Adds `factor * v v'`. */
function addOuter(matrix: Float64Array, factor: number, v: Float64Array): void {
  const n = v.length;
  for (let i = 0, at = 0; i < n; i++) {
    const row = factor * v[i]!;
    for (let j = 0; j < n; j++, at++) {
      matrix[at]! += row * v[j]!;
    }
  }
}

/** Adds `a * s s' + b * (s h' + h s')`. */
function addRankTwo(
  matrix: Float64Array,
  a: number,
  s: Float64Array,
  b: number,
  h: Float64Array,
): void {
  const n = s.length;
  for (let i = 0, at = 0; i < n; i++) {
    const [si, hi] = [s[i]!, h[i]!];
    for (let j = 0; j < n; j++, at++) {
      matrix[at]! += a * si * s[j]! + b * (si * h[j]! + hi * s[j]!);
    }
  }
}
