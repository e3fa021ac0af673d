/** An objective that changes while it is minimized. */
import type { Rule } from "../../src/index.ts";
import { createRandom } from "../../src/tasks/random.ts";
import { descend, type Problem } from "../support/problem.ts";

const SIZE = 10;

/** `|w - c|^2 / 2` with noise on its gradient, whose minimum `c` walks at random. */
function drifting(seed: number): Problem & { readonly minimum: Float64Array } {
  const random = createRandom(seed);
  const minimum = new Float64Array(SIZE);
  return {
    minimum,
    shape: [SIZE],
    start: new Array(SIZE).fill(0),
    gradient(w, gradient) {
      let loss = 0;
      for (let i = 0; i < SIZE; i++) {
        minimum[i]! += 0.05 * random.normal();
        const distance = w[i]! - minimum[i]!;
        gradient[i] = distance + random.normal();
        loss += distance ** 2 / 2;
      }
      return loss;
    },
  };
}

/**
 * Follows a minimum that moves by 0.05 in each step and coordinate, with gradient noise of variance 1.
 *
 * @returns the root mean square distance of a coordinate, over each hundredth of the steps
 */
export function trackingErrors(rule: Rule, steps: number, seed: number): number[] {
  const problem = drifting(seed);
  const length = Math.ceil(steps / 100);
  const sums: number[] = [];
  const end = descend(problem, rule, steps, {
    visit(w, step) {
      const stretch = Math.floor((step - 1) / length);
      const square = problem.minimum.reduce((sum, value, i) => sum + (w[i]! - value) ** 2, 0);
      sums[stretch] = (sums[stretch] ?? 0) + square / SIZE / length;
    },
  });
  return end.some(Number.isNaN) ? [Number.POSITIVE_INFINITY] : sums.map(Math.sqrt);
}

/** The root mean square distance over the second half of the steps. */
export function trackingError(rule: Rule, steps: number, seed: number): number {
  const errors = trackingErrors(rule, steps, seed);
  const late = errors.slice(Math.floor(errors.length / 2));
  return Math.sqrt(late.reduce((sum, each) => sum + each ** 2, 0) / late.length);
}

/**
 * The number of steps that move the weight by less than half a learning rate, after gradients become permanently smaller by a
 * factor:
 * so long the optimizer needs to forget the older ones.
 *
 * @param rule with a learning rate of 1
 */
export function recovery(rule: Rule, shrinkage: number): number {
  const before = 5000;
  let last = 0;
  let short = 0;
  const gradient: Problem["gradient"] = (_, into, step) => {
    into[0] = step > before ? 1 / shrinkage : 1;
    return 0;
  };
  descend({ shape: [1], start: [0], gradient }, rule, before + 20_000, {
    visit([value], step) {
      short += Number(step > before && last - value! < 0.5);
      last = value!;
    },
  });
  return short;
}
