/** The direction of L-BFGS. */
import type { Direction, Point } from "../method.ts";
import { combine } from "../vector.ts";
import type { Pairs } from "./pairs.ts";

/**
 * Minus the inverse Hessian that the pairs stand for, times the gradient: in compact form, which reads each vector once.
 * Byrd, Nocedal and Schnabel, 1994, "Representations of quasi-Newton matrices", theorem 2.2 and algorithm 3.1.
 */
export class LimitedMemory implements Direction {
  readonly #pairs: Pairs;
  /** Solutions of the small systems: factors of steps, and behind them of changes. */
  readonly #factors: Float64Array;

  constructor(pairs: Pairs) {
    this.#pairs = pairs;
    this.#factors = new Float64Array(2 * pairs.memory + 3);
  }

  get scaled(): boolean {
    return this.#pairs.state.count > 0;
  }

  direct(point: Point, into: Float64Array): void {
    const { vectors, state } = this.#pairs;
    this.#solve();
    combine(-state.scale, point.gradient, this.#factors, vectors, into);
  }

  learn(length: number, direction: Float64Array, from: Point, to: Point): void {
    this.#pairs.learn(length, direction, from, to);
  }

  forget(): boolean {
    return this.#pairs.forget();
  }

  save(): unknown {
    return this.#pairs.save();
  }

  /** With R the upper triangle of S'Y: a = R^-1 S'g, and R^-T (D a + gamma (Y'Y a - Y'g)). */
  #solve(): void {
    const { memory, state } = this.#pairs;
    const { count, sy, yy, sg, yg, scale: gamma } = state;
    const steps = this.#factors.fill(0);
    const changes = steps.subarray(count);
    for (let i = count - 1; i >= 0; i--) {
      let sum = sg[i]!;
      for (let j = i + 1; j < count; j++) {
        sum -= sy[i * memory + j]! * changes[j]!;
      }
      changes[i] = sum / sy[i * memory + i]!;
    }
    for (let i = 0; i < count; i++) {
      let product = -yg[i]!;
      for (let j = 0; j < count; j++) {
        product += yy[i * memory + j]! * changes[j]!;
      }
      let sum = sy[i * memory + i]! * changes[i]! + gamma * product;
      for (let j = 0; j < i; j++) {
        // These have their sign already.
        sum += sy[j * memory + i]! * steps[j]!;
      }
      steps[i] = -sum / sy[i * memory + i]!;
    }
    for (let i = 0; i < count; i++) {
      changes[i]! *= gamma;
    }
  }
}
