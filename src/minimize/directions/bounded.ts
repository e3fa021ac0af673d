/** The direction of L-BFGS-B. */
import { clamp, type Direction, type Objective, type Point } from "../method.ts";
import { dot } from "../vector.ts";
import { type Box, type CauchyPoint, cauchyPoint } from "./cauchyPoint.ts";
import { CompactHessian } from "./compactHessian.ts";
import { LimitedMemory } from "./limited.ts";
import { Pairs } from "./pairs.ts";
import { times } from "./smallMatrix.ts";

/**
 * Goes towards the minimum of the model. If the step of L-BFGS stays within the bounds, it is taken: the inverse gives it exactly.
 * Otherwise the minimum within the bounds is computed: first the generalized Cauchy point, and from there the minimum over the
 * unknowns that are free at it. Byrd, Lu, Nocedal and Zhu, 1995, section 5.1. The minimum is brought back into the bounds as in
 * Morales and Nocedal, 2011.
 */
export class BoundedMemory implements Direction {
  readonly #inverse: LimitedMemory;
  readonly #hessian: CompactHessian;
  readonly #box: Box;
  readonly #isBoxed: boolean;
  readonly #target: Float64Array;
  readonly #residual: Float64Array;

  constructor({ unknowns, lower, upper }: Objective, memory: number, saved?: unknown) {
    const pairs = new Pairs(memory, saved);
    this.#inverse = new LimitedMemory(pairs);
    this.#hessian = new CompactHessian(pairs);
    this.#box = {
      lower: lower ?? new Float64Array(unknowns).fill(-Infinity),
      upper: upper ?? new Float64Array(unknowns).fill(Infinity),
    };
    this.#isBoxed = this.#box.lower.every((least, i) =>
      Number.isFinite(this.#box.upper[i]! - least),
    );
    this.#target = new Float64Array(unknowns);
    this.#residual = new Float64Array(unknowns);
  }

  get scaled(): boolean {
    return this.#hessian.width > 0 || this.#isBoxed;
  }

  direct(point: Point, into: Float64Array): void {
    this.#inverse.direct(point, into);
    if (!endsWithin(this.#box, point.x, into)) {
      this.#directWithin(point, into);
    }
  }

  maxLength({ x }: Point, direction: Float64Array): number {
    const { lower, upper } = this.#box;
    let most = Infinity;
    for (let i = 0; i < x.length; i++) {
      const d = direction[i]!;
      if (d !== 0) {
        most = Math.min(most, ((d > 0 ? upper[i]! : lower[i]!) - x[i]!) / d);
      }
    }
    // Except for rounding, the direction ends within the bounds.
    return Math.max(most, 1);
  }

  update(length: number, direction: Float64Array, from: Point, to: Point): void {
    this.#hessian.learn(length, direction, from, to);
  }

  reset(): boolean {
    return this.#inverse.reset();
  }

  save(): unknown {
    return this.#inverse.save();
  }

  /** Writes the step towards the minimum within the bounds. */
  #directWithin({ x, gradient }: Point, into: Float64Array): void {
    const target = this.#target;
    this.#hessian.refresh();
    const found = cauchyPoint(x, gradient, this.#hessian, this.#box, target);
    for (let i = 0; i < x.length; i++) {
      into[i] = target[i]! - x[i]!;
    }
    if (this.#hessian.width > 0 && found.free.length > 0) {
      const step = this.#subspaceStep(x, gradient, found);
      if (step !== undefined) {
        this.#add(step, found, x, gradient, into);
      }
    }
  }

  /** The step from the Cauchy point to the minimum of the model over the free unknowns. It is 0 for the others. */
  #subspaceStep(
    x: Float64Array,
    gradient: Float64Array,
    { along, free, others }: CauchyPoint,
  ): Float64Array | undefined {
    const hessian = this.#hessian;
    const { theta, middle } = hessian;
    const residual = this.#residual.fill(0);
    for (const i of free) {
      residual[i] = gradient[i]! + theta * (this.#target[i]! - x[i]!);
    }
    hessian.addProduct(-1, times(middle, along), residual, free);
    const inner = hessian.freeMiddle(free, others);
    if (inner === undefined) {
      return undefined;
    }
    const v = times(inner, hessian.transposed(residual, free));
    for (const i of free) {
      residual[i] = -residual[i]! / theta;
    }
    hessian.addProduct(-1 / (theta * theta), v, residual, free);
    return residual;
  }

  /** Adds the step, brought back into the bounds. If that leads upwards, the step is shortened instead. */
  #add(
    step: Float64Array,
    { free }: CauchyPoint,
    x: Float64Array,
    gradient: Float64Array,
    into: Float64Array,
  ): void {
    const { lower, upper } = this.#box;
    const target = this.#target;
    let shorter = 1;
    for (const i of free) {
      const d = step[i]!;
      const room = ((d > 0 ? upper[i]! : lower[i]!) - target[i]!) / d;
      shorter = d !== 0 && room < shorter ? Math.max(room, 0) : shorter;
      into[i] = clamp(target[i]! + d, lower[i]!, upper[i]!) - x[i]!;
    }
    if (dot(gradient, into) < 0) {
      return;
    }
    for (const i of free) {
      into[i] = clamp(target[i]! + shorter * step[i]!, lower[i]!, upper[i]!) - x[i]!;
    }
  }
}

/** Whether a step of length 1 stays within the bounds. */
function endsWithin({ lower, upper }: Box, x: Float64Array, direction: Float64Array): boolean {
  for (let i = 0; i < x.length; i++) {
    const end = x[i]! + direction[i]!;
    if (!(end >= lower[i]! && end <= upper[i]!)) {
      return false;
    }
  }
  return true;
}
