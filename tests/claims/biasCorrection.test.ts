import { describe, expect, test } from "vitest";
import { fashionMlp } from "../../cli/src/tasks/fashion-mlp.ts";
import { adam, type Rule } from "../../src/index.ts";
import { uncorrectedAdam } from "./relations.ts";
import { trainer } from "./training.ts";

describe("without bias correction", async () => {
  const train = await trainer(fashionMlp, { steps: 60, batch: 32, settings: { hidden: [16] } });
  const worst = (rule: Rule) => Math.max(...train(rule, 1).losses);
  const lr = 0.01;

  test("the closer beta2 is to 1, the further the first steps throw the weights", () => {
    // The first is 1 / sqrt(1 - beta2) rates long: 10, 32 and 100. The loss grows with its square or more,
    // since there are two layers of weights; asked for is the growth of the steps alone.
    const losses = [0.99, 0.999, 0.9999].map((beta2) =>
      worst(uncorrectedAdam({ lr, beta1: 0, beta2 })),
    );
    expect(losses[1]).toBeGreaterThan(3 * losses[0]!);
    expect(losses[2]).toBeGreaterThan(3 * losses[1]!);
  });

  test("with it beta2 makes little difference there", () => {
    const losses = [0.99, 0.999, 0.9999].map((beta2) => worst(adam({ lr, beta1: 0, beta2 })));
    // Without it each grows threefold at least. Seen: 2.9 to 3.5; the loss of the first weights is 2.7.
    expect(Math.max(...losses)).toBeLessThan(1.5 * Math.min(...losses));
  });

  test("at a rate made for it, it trains as well", () => {
    const [beta1, beta2] = [0.9, 0.999];
    const corrected = train(adam({ lr, beta1, beta2 }), 1).finalLoss;
    const uncorrected = train(uncorrectedAdam({ lr: lr / 3, beta1, beta2 }), 1).finalLoss;
    // Between seeds the final loss, that of 192 examples, differs by a tenth.
    expect(uncorrected).toBeLessThan(1.1 * corrected);
  });
});
