import { expect, test } from "vitest";
import { adagrad, adam, type Rule, sgd } from "../../src/index.ts";
import { descend } from "../support/problem.ts";
import { logistic } from "./logistic.ts";
import { best, rates, sweepOf } from "./training.ts";

test("where features are rare, Adam beats SGD, with momentum too, and AdaGrad is at least its match", () => {
  const problem = logistic({
    ...{ features: 200, examples: 2000, batch: 10, seed: 1 },
    // As words in texts: the second is half as frequent as the first, and so on.
    frequency: (i) => 1 / (i + 1),
  });
  const lossOf = (ruleOf: (lr: number) => Rule, from: number, to: number) =>
    best(sweepOf(rates(from, to), (lr) => problem.loss(descend(problem, ruleOf(lr), 600)))).loss;
  const adamLoss = lossOf((lr) => adam({ lr }), -2, -0.5);
  // Their best rates are a decade apart at least, and neighbours in a sweep differ by 3 % around the best:
  // less than the 9 % that were seen, more than AdaGrad's lead of 2 %.
  expect(adamLoss).toBeLessThan(0.95 * lossOf((lr) => sgd({ lr }), -0.5, 1));
  expect(adamLoss).toBeLessThan(0.95 * lossOf((lr) => sgd({ lr, momentum: 0.9 }), -1.5, 0));
  expect(lossOf((lr) => adagrad({ lr }), -0.5, 0.5)).toBeLessThan(1.03 * adamLoss);
});
