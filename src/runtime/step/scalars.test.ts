import { expect, it } from "vitest";
import { javascript } from "../../compilers/js/interpreter.ts";
import { webassembly } from "../../compilers/wasm/compiler.ts";
import { defineOptimizer } from "../../define.ts";
import { optimize } from "../optimize.ts";
import { parameters } from "../parameters.ts";

const polyak = defineOptimizer({ name: "polyak", hyper: { lr: 1 }, rule: "u = g * loss" });

const total = defineOptimizer({
  name: "total",
  hyper: { lr: 0.5, start: 3 },
  state: { d: { kind: "scalar", initial: "start" }, n: { kind: "scalar", initial: 2 } },
  rule: `
    n = n + norm(g)
    d = d / 2
    u = g / n * d`,
});

it.each([webassembly, javascript])("keeps one float64 per tensor, by $name", (backend) => {
  const net = parameters({ w: [3], b: [2] });
  using optimizer = optimize(net, total(), { backend });
  optimizer.gradients.w.set([3, 4, 0]);
  optimizer.step();
  expect(net.w.data[0]).toBeCloseTo((-0.5 * 3 * 1.5) / 7, 6);
  optimizer.step();
  const state = optimizer.state().parameters;
  expect(state["w"]!["total.n"]).toEqual(Float64Array.of(12));
  expect(state["b"]!["total.n"]).toEqual(Float64Array.of(2));
  expect(state["w"]!["total.d"]).toEqual(Float64Array.of(0.75));
});

it("does not change scalars in a skipped step", () => {
  const net = parameters({ w: [2] });
  using optimizer = optimize(net, total(), { nonFinite: "skip" });
  optimizer.gradients.w.set([Number.NaN, 1]);
  expect(optimizer.step().skipped).toBe(true);
  expect(optimizer.state().parameters["w"]!["total.n"]).toEqual(Float64Array.of(2));
});

it("gives the loss to rules that read it, and requires it", () => {
  const net = parameters({ w: [1] });
  using optimizer = optimize(net, polyak());
  optimizer.gradients.w[0] = 2;
  expect(() => optimizer.step()).toThrow(/needs the loss/);
  expect(() => optimizer.step(undefined, { loss: Number.NaN })).toThrow("NaN was given");
  optimizer.step(undefined, { loss: 0.25 });
  expect(net.w.data[0]).toBe(-0.5);
});

it("skips or allows a step if its loss is not finite, as for gradients", () => {
  const net = parameters({ w: [1] });
  using skipping = optimize(net, polyak(), { nonFinite: "skip" });
  skipping.gradients.w[0] = 2;
  expect(skipping.step(undefined, { loss: Number.POSITIVE_INFINITY }).skipped).toBe(true);
  expect([net.w.data[0], skipping.steps, skipping.skippedSteps]).toEqual([0, 0, 1]);
  using allowing = optimize(net, polyak(), { nonFinite: "allow" });
  allowing.gradients.w[0] = 2;
  expect(() => allowing.step()).toThrow("none was given");
  allowing.step(undefined, { loss: Number.NaN });
  expect(net.w.data[0]).toBeNaN();
});
