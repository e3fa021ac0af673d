/** The direction of Newton's method, by conjugate gradients. */
import type { Direction, Objective, Point } from "../method.ts";
import { conjugateGradients, createScratch, type Scratch } from "../searches/conjugateGradients.ts";

/** Solves Newton's equation as exactly as pays, with products of the Hessian alone. It has no memory. */
export class TruncatedNewton implements Direction {
  readonly scaled = true;
  readonly #objective: Objective;
  readonly #scratch: Scratch;

  constructor(objective: Objective) {
    this.#objective = objective;
    this.#scratch = createScratch(objective.unknowns);
  }

  direct(point: Point, into: Float64Array): void {
    const multiply = (vector: Float64Array, product: Float64Array) =>
      this.multiply(point, vector, product);
    conjugateGradients(point.gradient, multiply, Infinity, this.#scratch, into);
  }

  multiply(point: Point, vector: Float64Array, into: Float64Array): void {
    this.#objective.hessianProduct(point, vector, into);
  }

  learn(): void {}

  forget(): false {
    return false;
  }

  save(): undefined {
    return undefined;
  }
}
