/** What optimizers become of each other at certain options, and what leaves them alone. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runs } from "../../tests/support/properties.ts";
import { moderate, trajectory } from "../../tests/support/trajectory.ts";
import { optimize, parameters, type Rule } from "../index.ts";
import { adagrad } from "./adagrad.ts";
import { adam } from "./adam.ts";
import { adamw } from "./adamw.ts";
import { ademamix } from "./ademamix.ts";
import { cocob } from "./cocob.ts";
import { dAdaptAdamw } from "./dAdaptAdamw.ts";
import { dAdaptSgd } from "./dAdaptSgd.ts";
import { dog } from "./dog.ts";
import { dowg } from "./dowg.ts";
import { ftrl } from "./ftrl.ts";
import { mars } from "./mars.ts";
import { novograd } from "./novograd.ts";
import { prodigy } from "./prodigy.ts";
import { rmsprop } from "./rmsprop.ts";
import { scheduleFreeSgd } from "./scheduleFreeSgd.ts";
import { sgd } from "./sgd.ts";

const length = 4;
const nonZero = moderate.map((value) => value || 1);
const vector = fc.array(nonZero, { minLength: length, maxLength: length });
const vectors = fc.array(vector, { minLength: 1, maxLength: 12 });

type Points = readonly (readonly number[])[];

/** Some roundings of numbers below 1000, in float64. */
function expectClose(found: Points, expected: Points): void {
  for (const [i, point] of found.entries()) {
    for (const [j, value] of point.entries()) {
      expect(Math.abs(value - expected[i]![j]!)).toBeLessThan(1e-10);
    }
  }
}

const weights = (rule: Rule, start: readonly number[], gradients: Points): Points =>
  trajectory(rule, start, gradients).weights;

const shared = { lr: 0.1, beta1: 0.8, beta2: 0.9, weightDecay: 0.2 };
const estimated = { beta1: 0.8, beta2: 0.9, biasCorrection: true, d0: 0.1 };
// Nothing beside a root of squares, but no 0 / 0 before the first of them.
const tiny = 1e-300;

describe("at certain options", () => {
  test.each<[string, Rule, Rule]>([
    ["AdEMAMix without its slow mean is AdamW", ademamix({ ...shared, alpha: 0 }), adamw(shared)],
    [
      "Prodigy whose estimate stays is Adam",
      prodigy({ ...estimated, dCoef: 0, eps: tiny }),
      adam({ lr: 0.1, beta1: 0.8, beta2: 0.9, eps: tiny }),
    ],
    [
      "D-Adaptation whose estimate may not grow, without its mean, is RMSprop",
      dAdaptAdamw({ d0: 0.1, growthRate: 1, beta1: 0, beta2: 0.9 }),
      rmsprop({ lr: 0.1, alpha: 0.9 }),
    ],
  ])("%s", (_, one, other) => {
    fc.assert(
      fc.property(vector, vectors, (p, gs) => {
        expectClose(weights(one, p, gs), weights(other, p, gs));
      }),
      runs(6),
    );
  });

  test("MARS without its correction is AdamW, of gradients whose norm is at most 1", () => {
    fc.assert(
      fc.property(vector, vectors, (p, gs) => {
        const small = gs.map((g) => g.map((value) => value / 200));
        const found = weights(mars({ ...shared, gamma: 0 }), p, small);
        expectClose(found, weights(adamw(shared), p, small));
      }),
      runs(6),
    );
  });

  test("NovoGrad without memory is steps of one length", () => {
    fc.assert(
      fc.property(vector, vector, (p, g) => {
        const rule = novograd({ lr: 0.5, beta1: 0, beta2: 0, eps: 0 });
        const [after] = weights(rule, p, [g]);
        expect(Math.hypot(...after!.map((value, i) => value - p[i]!))).toBeCloseTo(0.5, 10);
      }),
      runs(6),
    );
  });

  test("FTRL without regularization is AdaGrad, for weights that start at zero", () => {
    fc.assert(
      fc.property(vectors, (gs) => {
        const zero = new Array<number>(length).fill(0);
        const found = weights(ftrl({ lr: 0.1, beta: 0 }), zero, gs);
        expectClose(found, weights(adagrad({ lr: 0.1, eps: 0 }), zero, gs));
      }),
      runs(6),
    );
  });

  test("FTRL keeps a weight at exactly zero until its gradients add up to more than l1", () => {
    const rule = ftrl({ lr: 0.1, l1: 2 });
    const found = weights(rule, [0, 0], [[0.9, 0.9], [0.9, -0.9], [0.9, 0.9]]); // biome-ignore format: steps
    expect(found.map(([first]) => first !== 0)).toEqual([false, false, true]);
    expect(found.map(([, second]) => second)).toEqual([0, 0, 0]);
  });

  test("Schedule-Free SGD steps at z as SGD does, and its mean is that of all z", () => {
    fc.assert(
      fc.property(vector, vectors, (p, gs) => {
        const rule = scheduleFreeSgd({ lr: 0.1, momentum: 0.6 });
        const followed = trajectory(rule, p, gs, { state: "scheduleFreeSgd.z" });
        expectClose(followed.states, weights(sgd({ lr: 0.1 }), p, gs));
        // The parameters are 0.6 of the mean and 0.4 of the last z.
        const count = gs.length;
        const mean = p.map((_, i) => followed.states.reduce((sum, z) => sum + z[i]! / count, 0));
        const y = mean.map((x, i) => 0.6 * x + 0.4 * followed.states.at(-1)![i]!);
        expectClose([followed.weights.at(-1)!], [y]);
      }),
      runs(6),
    );
  });
});

describe("without a learning rate", () => {
  test.each<[string, Rule]>([
    ["COCOB", cocob({ eps: tiny })],
    ["D-Adaptation SGD", dAdaptSgd({ d0: 0.1 })],
    ["D-Adaptation AdamW", dAdaptAdamw({ ...estimated, eps: tiny })],
    ["Prodigy", prodigy({ ...estimated, eps: tiny })],
    ["DoG", dog({ repsRel: 0.1, eps: 0 })],
  ])("%s steps the same whatever the gradients' unit, to the bit", (_, rule) => {
    fc.assert(
      fc.property(vector, vectors, fc.integer({ min: -40, max: 40 }), (p, gs, exponent) => {
        const scaled = gs.map((g) => g.map((value) => value * 2 ** exponent));
        expect(weights(rule, p, scaled)).toEqual(weights(rule, p, gs));
      }),
      runs(6),
    );
  });

  test.each<[string, Rule]>([
    ["D-Adaptation SGD", dAdaptSgd({ d0: 0.1 })],
    ["D-Adaptation AdamW", dAdaptAdamw(estimated)],
    ["Prodigy", prodigy(estimated)],
    ["DoG", dog({ repsRel: 0.1 })],
    ["DoWG", dowg({ eps: 0.1 })],
  ])("%s sees one long vector, however it is cut into parameters", (_, rule) => {
    fc.assert(
      fc.property(vector, vectors, (p, gs) => {
        const net = parameters({ a: [1], b: [length - 1] }, { type: "float64" });
        net.a.data.set(p.slice(0, 1));
        net.b.data.set(p.slice(1));
        using optimizer = optimize(net, rule);
        const found = gs.map((g) => {
          optimizer.step({ a: g.slice(0, 1), b: g.slice(1) });
          return [...net.a.data, ...net.b.data];
        });
        expectClose(found, weights(rule, p, gs));
      }),
      runs(6),
    );
  });
});
