import { describe, expect, test } from "vitest";
import { trajectory } from "../../tests/support/trajectory.ts";
import { chain } from "../define.ts";
import { sgd } from "../optimizers/sgd.ts";
import { addNoise } from "./addNoise.ts";

const count = 20_000;
const zeros = Array.from({ length: count }, () => 0);

/** What each step adds to gradients of zero. */
function noise(options: Parameters<typeof addNoise>[0], steps: number): number[][] {
  const rule = chain(addNoise(options), sgd({ lr: 1 }));
  const { weights } = trajectory(
    rule,
    zeros,
    Array.from({ length: steps }, () => zeros),
  );
  return weights.map((after, t) => after.map((value, i) => (weights[t - 1]?.[i] ?? 0) - value));
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const variance = (values: readonly number[]) => mean(values.map((value) => value * value));

describe("the noise", () => {
  test("has no mean and the variance eta / t^gamma", () => {
    for (const [t, added] of noise({ eta: 0.3, gamma: 0.55 }, 4).entries()) {
      const expected = 0.3 / (t + 1) ** 0.55;
      // Five standard errors: of a mean sigma / sqrt(n), of a variance sigma^2 sqrt(2 / n).
      expect(Math.abs(mean(added))).toBeLessThan(5 * Math.sqrt(expected / count));
      expect(Math.abs(variance(added) / expected - 1)).toBeLessThan(5 * Math.sqrt(2 / count));
    }
  });

  test("is another at each step", () => {
    const [first, second] = noise({ eta: 1, gamma: 0 }, 2) as [number[], number[]];
    const product = mean(first.map((value, i) => value * second[i]!));
    expect(Math.abs(product)).toBeLessThan(5 / Math.sqrt(count));
  });
});
