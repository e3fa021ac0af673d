import { describe, expect, test } from "vitest";
import { adagrad, adam, inverseSqrt, type Rule, rmsprop } from "../../src/index.ts";
import { createRandom } from "../../src/tasks/random.ts";
import { descend, type Problem } from "../support/problem.ts";
import { logistic } from "./logistic.ts";
import { uncorrectedAdam } from "./relations.ts";

const problem = () => logistic({ features: 20, examples: 200, batch: 10, seed: 1 });

/** The largest difference of the results relative to the longest way. */
function difference(a: Rule, b: Rule, on: () => Problem = problem): number {
  const [first, second] = [descend(on(), a, 200), descend(on(), b, 200)];
  const way = Math.max(...first.map(Math.abs));
  return Math.max(...first.map((value, i) => Math.abs(value - second[i]!))) / way;
}

/** Each of 200 steps may round its length and the parameter a few times, by 2^-53 each. */
const ROUNDING = 200 * 2 ** -53;

test("without momentum and corrections Adam is RMSprop, bit by bit", () => {
  const uncorrected = uncorrectedAdam({ lr: 0.01, beta1: 0, beta2: 0.99 });
  expect(difference(uncorrected, rmsprop({ lr: 0.01, alpha: 0.99 }))).toBe(0);
});

test("without momentum it is RMSprop whose rate and eps grow with sqrt(1 - beta2^t)", () => {
  const root = (t: number) => Math.sqrt(1 - 0.99 ** t);
  const warmed = rmsprop({ alpha: 0.99, lr: (t) => 0.01 * root(t), eps: (t) => 1e-8 * root(t) });
  expect(difference(adam({ lr: 0.01, beta1: 0, beta2: 0.99 }), warmed)).toBeLessThan(ROUNDING);
});

describe("RMSprop with momentum", () => {
  // Its buffer adds up what Adam's averages: lr / (1 - beta1) there is lr here.
  const pair = (beta2: number) =>
    [
      uncorrectedAdam({ lr: 0.01, beta1: 0.9, beta2 }),
      rmsprop({ lr: 0.001, alpha: beta2, momentum: 0.9 }),
    ] as const;

  test("is Adam where each gradient has the size of the one before", () => {
    const random = createRandom(3);
    const signs = Array.from({ length: 200 * 20 }, () => (random.integer(2) === 0 ? 1 : -1));
    const signed = (): Problem => ({
      shape: [20],
      start: new Array(20).fill(0),
      gradient(_, into, step) {
        into.set(signs.slice(20 * (step - 1), 20 * step));
        return 0;
      },
    });
    expect(difference(...pair(0), signed)).toBeLessThan(ROUNDING);
  });

  test("is not Adam elsewhere: it divides before it averages", () => {
    expect(difference(...pair(0.99))).toBeGreaterThan(0.01);
  });
});

test("with beta1 = 0, beta2 close to 1 and a rate of 1 / sqrt(t) it is AdaGrad", () => {
  // v / (1 - beta2^t) is then the mean of all squares, and sqrt(t) of the rate makes it their sum. The
  // weights of the oldest and the newest square differ by 200 * 2^-30.
  const beta2 = 1 - 2 ** -30;
  const options = { lr: inverseSqrt({ initial: 0.1 }), beta1: 0, beta2, eps: 0 };
  expect(difference(adam(options), adagrad({ lr: 0.1, eps: 0 }))).toBeLessThan(200 * 2 ** -30);
});
