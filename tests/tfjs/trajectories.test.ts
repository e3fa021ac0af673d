/** The same losses as TensorFlow.js' own optimizers over 200 steps. */
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { fromTensorFlow, GradusOptimizer } from "../../src/tfjs/index.ts";
import { backends, useBackend } from "./backends.ts";
import { type Problem, problems } from "./models.ts";

/** All of them, with their defaults and with other options. */
const theirs: Readonly<Record<string, () => tf.Optimizer>> = {
  sgd: () => tf.train.sgd(0.1),
  momentum: () => tf.train.momentum(0.05, 0.9),
  "momentum, Nesterov's": () => tf.train.momentum(0.05, 0.9, true),
  // At higher rates it bounces about the minimum, where any rounding grows.
  rmsprop: () => tf.train.rmsprop(0.003),
  "rmsprop with momentum": () => tf.train.rmsprop(0.005, 0.95, 0.5, 1e-5),
  adagrad: () => tf.train.adagrad(0.1),
  "adagrad from 0.5": () => tf.train.adagrad(0.1, 0.5),
  adadelta: () => tf.train.adadelta(0.5),
  adam: () => tf.train.adam(0.01),
  "adam with other betas": () => tf.train.adam(0.02, 0.8, 0.95, 1e-3),
  adamax: () => tf.train.adamax(0.01),
  "adamax that decays": () => tf.train.adamax(0.02, 0.9, 0.99, 1e-7, 0.05),
};

function losses(problem: Problem, optimizer: tf.Optimizer, steps: number): number[] {
  const seen: number[] = [];
  for (let step = 0; step < steps; step++) {
    const cost = optimizer.minimize(problem.loss, true, [...problem.variables])!;
    seen.push(cost.dataSync()[0]!);
    cost.dispose();
  }
  return seen;
}

const runs = backends.flatMap((backend) =>
  Object.keys(problems).map((name) => [backend, name as keyof typeof problems] as const),
);

describe.each(runs)("on %s, a %s", (backend, name) => {
  test.each(Object.entries(theirs))("%s", async (_, make) => {
    await useBackend(backend);
    const [one, other] = [problems[name](), problems[name]()];
    const expected = losses(one, make(), 200);
    const optimizer = await fromTensorFlow(make());
    expect(optimizer).toBeInstanceOf(GradusOptimizer);
    const seen = losses(other, optimizer, 200);
    // Each rounds its own operations; 200 steps make that at most a hundred thousandth here.
    for (const [step, value] of seen.entries()) {
      expect(Math.abs(value / expected[step]! - 1), `step ${step + 1}`).toBeLessThan(1e-4);
    }
    expect(seen[199]!).toBeLessThan(seen[0]!);
    optimizer.dispose();
    one.dispose();
    other.dispose();
  });
});
