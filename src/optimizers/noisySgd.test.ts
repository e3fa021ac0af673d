import { expect, test } from "vitest";
import { trajectory } from "../../tests/support/trajectory.ts";
import { noisySgd } from "./noisySgd.ts";

test("adds noise of variance eta / t^gamma to the gradient", () => {
  const count = 20_000;
  const gradient = Array.from({ length: count }, () => 3);
  const rule = noisySgd({ lr: 1, eta: 0.3, gamma: 0.55 });
  const { weights } = trajectory(
    rule,
    gradient.map(() => 0),
    [gradient, gradient],
  );
  for (const [t, after] of weights.entries()) {
    const noise = after.map((value, i) => (weights[t - 1]?.[i] ?? 0) - value - 3);
    const variance = 0.3 / (t + 1) ** 0.55;
    const mean = noise.reduce((sum, x) => sum + x, 0) / count;
    const square = noise.reduce((sum, x) => sum + x * x, 0) / count;
    // Five standard errors.
    expect(Math.abs(mean)).toBeLessThan(5 * Math.sqrt(variance / count));
    expect(Math.abs(square / variance - 1)).toBeLessThan(5 * Math.sqrt(2 / count));
  }
});
