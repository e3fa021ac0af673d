/** The direction of L-BFGS. */
import type { Direction, Point } from "../method.ts";
import { combine } from "../vector.ts";
import { type Pairs, productsOf } from "./pairs.ts";

/**
 * Minus the inverse Hessian of the pairs times the gradient, in compact form, which reads each vector once.
 * Byrd, Nocedal and Schnabel, 1994, "Representations of quasi-Newton matrices", theorem 2.2 and algorithm 3.1.
 */
export class LimitedMemory implements Direction {
  readonly #pairs: Pairs;
  /** Solutions of the small systems: factors of steps and changes, alternating. */
  readonly #factors: Float64Array;

  constructor(pairs: Pairs) {
    this.#pairs = pairs;
    this.#factors = productsOf(pairs.memory);
  }

  get scaled(): boolean {
    return this.#pairs.state.count > 0;
  }

  direct(point: Point, into: Float64Array): void {
    const { vectors, count, scale } = this.#pairs.state;
    this.#solve();
    combine(-scale, point.gradient, this.#factors, vectors, 2 * count, into);
  }

  update(length: number, direction: Float64Array, from: Point, to: Point): void {
    this.#pairs.learn(length, direction, from, to);
  }

  reset(): boolean {
    return this.#pairs.forget();
  }

  save(): unknown {
    return this.#pairs.save();
  }

  /** With R the upper triangle of S'Y: a = R^-1 S'g, and R^-T (D a + gamma (Y'Y a - Y'g)). */
  #solve(): void {
    const { memory, state } = this.#pairs;
    const { count, sy, yy, ofGradient, scale: gamma } = state;
    const factors = this.#factors.fill(0);
    for (let i = count - 1; i >= 0; i--) {
      let sum = ofGradient[2 * i]!;
      for (let j = i + 1; j < count; j++) {
        sum -= sy[i * memory + j]! * factors[2 * j + 1]!;
      }
      factors[2 * i + 1] = sum / sy[i * memory + i]!;
    }
    for (let i = 0; i < count; i++) {
      let product = -ofGradient[2 * i + 1]!;
      for (let j = 0; j < count; j++) {
        product += yy[i * memory + j]! * factors[2 * j + 1]!;
      }
      let sum = sy[i * memory + i]! * factors[2 * i + 1]! + gamma * product;
      for (let j = 0; j < i; j++) {
        // These already have their sign.
        sum += sy[j * memory + i]! * factors[2 * j]!;
      }
      factors[2 * i] = -sum / sy[i * memory + i]!;
    }
    for (let i = 0; i < count; i++) {
      factors[2 * i + 1]! *= gamma;
    }
  }
}
