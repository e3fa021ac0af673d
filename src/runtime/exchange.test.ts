/** Exchanges programs while the state stays. */
import { expect, it } from "vitest";
import { defineOptimizer } from "../define.ts";
import { optimize } from "./optimize.ts";
import { parameters } from "./parameters.ts";
import { setHyper } from "./setHyper.ts";

it("rows and columns keep separate arrays if their numbers change", () => {
  const factored = defineOptimizer({
    ...{ name: "factored", hyper: { lr: 0.1, a: 0 }, state: { m: 0 } },
    rule: `
      h = (a + 1) * g + a
      c = colMean(h * h)
      r = rowMean(h * h)
      m = h
      u = h / (sqrt(c * r) + sqrt(mean(h * h)) + 1) + m`,
  });
  const shapes = { w: [3, 400], v: [300, 2] } as const;
  const [net, other] = [parameters(shapes), parameters(shapes)];
  using optimizer = optimize(net, factored());
  using expected = optimize(other, factored({ a: (step) => (step === 1 ? 0 : 0.5) }));
  const given = (step: number) => ({
    w: Float32Array.from({ length: 1200 }, (_, i) => Math.sin(step + i * i)),
    v: Float32Array.from({ length: 600 }, (_, i) => Math.cos(step * i)),
  });
  for (const step of [1, 2, 3]) {
    if (step === 2) setHyper(optimizer, { a: 0.5 });
    for (const each of [optimizer, expected]) each.step(given(step));
  }
  expect(net).toEqual(other);
  expect(optimizer.state().parameters).toEqual(expected.state().parameters);
});
