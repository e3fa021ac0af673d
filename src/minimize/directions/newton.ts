/** The direction of Newton's method, by conjugate gradients. */
import { createPoint, type Direction, type Objective, type Point } from "../method.ts";
import { conjugateGradients, createScratch, type Scratch } from "../searches/conjugateGradients.ts";
import { addScaled, norm } from "../vector.ts";

/** Solves Newton's equation only as exactly as is worth it. It needs only products of the Hessian, and has no memory. */
export class TruncatedNewton implements Direction {
  readonly scaled = true;
  readonly #objective: Objective;
  readonly #scratch: Scratch;
  readonly #shifted: Point;

  constructor(objective: Objective) {
    this.#objective = objective;
    this.#scratch = createScratch(objective.unknowns);
    this.#shifted = createPoint(objective.unknowns);
  }

  direct(point: Point, into: Float64Array): void {
    const multiply = (vector: Float64Array, product: Float64Array) =>
      this.multiply(point, vector, product);
    conjugateGradients(point.gradient, multiply, Infinity, this.#scratch, into);
  }

  multiply(point: Point, vector: Float64Array, into: Float64Array): void {
    if (!this.#objective.hessianProduct(point, vector, into)) {
      this.#difference(point, vector, into);
    }
  }

  update(): void {}

  reset(): false {
    return false;
  }

  save(): undefined {
    return undefined;
  }

  /** A forward difference of gradients, with a step of eps^(1/2) of x along the vector, or more if gradients are differences. */
  #difference(point: Point, vector: Float64Array, into: Float64Array): void {
    const size = norm(vector);
    if (size === 0) {
      into.fill(0);
      return;
    }
    const part = this.#objective.gradientBy === "given" ? Math.sqrt(Number.EPSILON) : 1e-4;
    const step = (part * Math.max(1, norm(point.x))) / size;
    const shifted = this.#shifted;
    addScaled(point.x, step, vector, shifted.x);
    this.#objective.evaluate(shifted);
    for (let i = 0; i < into.length; i++) {
      into[i] = (shifted.gradient[i]! - point.gradient[i]!) / step;
    }
  }
}
