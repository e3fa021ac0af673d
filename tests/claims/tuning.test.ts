import { describe, expect, test } from "vitest";
import { fashionMlp } from "../../cli/src/tasks/fashion-mlp.ts";
import { adam, type Rule, sgd } from "../../src/index.ts";
import { best, decadesWithin, rates, sweepOf, trainer } from "./training.ts";

describe("which learning rates are good", async () => {
  const train = await trainer(fashionMlp, { steps: 100, batch: 32, settings: { hidden: [16] } });
  const sweep = (ruleOf: (lr: number) => Rule, from: number, to: number) =>
    sweepOf(rates(from, to), (lr) => train(ruleOf(lr), 1).finalLoss);
  const adams = sweep((lr) => adam({ lr }), -4, -0.5);
  const sgds = [0, 0.9, 0.99].map((momentum) => sweep((lr) => sgd({ lr, momentum }), -3.5, 0));

  test("more of Adam's than of SGD's, at any momentum, come within a quarter of its best loss", () => {
    const width = decadesWithin(adams, 1.25 * best(adams).loss);
    for (const other of sgds) {
      expect(width).toBeGreaterThan(decadesWithin(other, 1.25 * best(other).loss));
    }
  });

  test("Adam's other hyperparameters matter less to it than SGD's momentum to that", () => {
    const around = (ruleOf: (lr: number) => Rule) => best(sweep(ruleOf, -3, -1.5)).loss;
    const others = [
      around((lr) => adam({ lr, beta1: 0 })),
      around((lr) => adam({ lr, beta2: 0.9 })),
      around((lr) => adam({ lr, beta2: 0.9999 })),
    ];
    // Within a fifth: a loss of 320 examples differs by a tenth between seeds, and the best of half
    // decades of rates by some percent.
    expect(Math.max(...others)).toBeLessThan(1.2 * best(adams).loss);
    const losses = sgds.map((each) => best(each).loss);
    expect(Math.max(...losses)).toBeGreaterThan(1.3 * Math.min(...losses));
  });
});

describe("decadesWithin", () => {
  const at = [0.01, 0.1, 1, 10];

  test("interpolates in the logarithm of the rate", () => {
    expect(decadesWithin({ rates: at, losses: [3, 1, 1.5, 2.5] }, 2)).toBeCloseTo(0.5 + 1.5, 12);
  });

  test("ends before what diverged, and at the ends", () => {
    const losses = [2, 1, 1, Number.POSITIVE_INFINITY];
    expect(decadesWithin({ rates: at, losses }, 3)).toBeCloseTo(2, 12);
    expect(decadesWithin({ rates: at, losses }, 0.5)).toBe(0);
  });
});
