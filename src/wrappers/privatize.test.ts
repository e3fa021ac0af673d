import { expect, it } from "vitest";
import { sgd } from "../optimizers/sgd.ts";
import { parameters } from "../runtime/parameters.ts";
import { privatize } from "./privatize.ts";

const count = 20_000;
const options = { examples: 4, clip: 2, noiseMultiplier: 1.5, seed: 3 };

it("adds noise of noiseMultiplier * clip / examples to the mean of clipped gradients", () => {
  const net = parameters({ w: [count], b: [2] }, { type: "float64" });
  using optimizer = privatize(net, sgd({ lr: 1 }), options);
  const zero = new Float64Array(count);
  for (const b of [
    [30, 40],
    [0.3, 0.4],
    [0, 0],
    [-1, 0],
  ]) {
    optimizer.step({ w: zero, b });
  }
  expect(optimizer.steps).toBe(1);
  const deviation = (1.5 * 2) / 4;
  const mean = net.w.data.reduce((sum, x) => sum + x, 0) / count;
  const variance = net.w.data.reduce((sum, x) => sum + x * x, 0) / count;
  // Five standard errors.
  expect(Math.abs(mean)).toBeLessThan((5 * deviation) / Math.sqrt(count));
  expect(Math.abs(variance / deviation ** 2 - 1)).toBeLessThan(5 * Math.sqrt(2 / count));
});

it("clips each example separately, with all parameters together", () => {
  const net = parameters({ w: [1], b: [1] }, { type: "float64" });
  using optimizer = privatize(net, sgd({ lr: 1 }), { ...options, noiseMultiplier: 0, examples: 2 });
  optimizer.step({ w: [30], b: [40] });
  optimizer.step({ w: [0.5], b: [0] });
  expect(-net.w.data[0]!).toBeCloseTo((2 * 0.6 + 0.5) / 2, 14);
  expect(-net.b.data[0]!).toBeCloseTo((2 * 0.8) / 2, 14);
});

it("scales the noise of a remainder to its number of examples, and depends on the seed", () => {
  const noise = (seed: number, examples: number) => {
    const net = parameters({ w: [count] }, { type: "float64" });
    using optimizer = privatize(net, sgd({ lr: 1 }), { ...options, seed });
    for (let i = 0; i < examples; i++) optimizer.step({ w: new Float64Array(count) });
    optimizer.flush();
    return net.w.data;
  };
  const [full, half] = [noise(3, 4), noise(3, 2)];
  half.forEach((value, i) => void expect(value).toBeCloseTo(2 * full[i]!, 12));
  expect(noise(4, 4)).not.toEqual(full);
});

it.each([
  [{ seed: undefined }, "seed is missing"],
  [{ clip: 0 }, "privatize: `clip` must be a number in (0, inf), not 0"],
  [{ clip: Number.POSITIVE_INFINITY }, "`clip` must be a number in (0, inf)"],
  [{ noiseMultiplier: -1 }, "`noiseMultiplier` must be a number in [0, inf), not -1"],
  [{ noiseMultiplier: null }, "`noiseMultiplier` must be a number in [0, inf), not null"],
  [{ noiseMultiplier: [1] }, "`noiseMultiplier` must be a number in [0, inf), not an object"],
  [{ examples: 0.5 }, "privatize: `examples` must be a whole number in [1, inf), not 0.5"],
])("refuses %s", (wrong, message) => {
  const net = parameters({ w: [1] });
  expect(() => privatize(net, sgd(), { ...options, ...wrong } as typeof options)).toThrow(message);
});
