import { describe, expect, it } from "vitest";
import { backends } from "../../tests/support/backends.ts";
import { chain, defineOptimizer } from "../define.ts";
import { adam } from "../optimizers/adam.ts";
import { sgd } from "../optimizers/sgd.ts";
import { sophia } from "../optimizers/sophia.ts";
import { partition } from "../rule/partition.ts";
import { optimize } from "../runtime/optimize.ts";
import { parameters } from "../runtime/parameters.ts";
import { ema } from "../transforms/ema.ts";
import { accumulate } from "./accumulate.ts";
import { curvature } from "./curvature.ts";

const fresh = () => parameters({ w: [2, 2], b: [3] }, { type: "float64" });
const ones = { w: [1, 1, 1, 1], b: [1, 1, 1] };

describe.each(backends)("by $name", (backend) => {
  it("keeps the average of estimates, and of squared gradients, in the state that the rule reads", () => {
    using optimizer = optimize(fresh(), sophia(), { backend });
    using observer = curvature(optimizer, { beta2: 0.5 });
    expect(observer.observe({ w: [8, -8, 0, 4], b: [2, 4, 6] })).toBe(true);
    const h = optimizer.stateViews().parameters["w"]!["sophia.h"]!;
    expect([...h]).toEqual([4, -4, 0, 2]);
    optimizer.gradients.w.set([1, 2, 3, -4]);
    observer.observeSampled(10);
    expect([...h]).toEqual([2 + 5, -2 + 20, 45, 1 + 80]);
    optimizer.step(ones);
    expect([...h]).toEqual([7, 18, 45, 81]);
    expect([...optimizer.gradients.w]).toEqual([1, 2, 3, -4]);
    expect(observer.estimates).toBe(2);
  });
});

it("turns steps of constant length into Newton steps on a bowl", () => {
  const curvatures = [1, 1e2, 1e4];
  const distance = (estimates: boolean) => {
    const { b } = fresh();
    b.data.set([1, 1, 1]);
    const rule = sophia({ lr: 0.07, gamma: 0.14, beta1: 0, weightDecay: 0 });
    using optimizer = optimize({ b }, rule);
    using observer = curvature(optimizer, { beta2: 0, every: 3 });
    for (let step = 0; step < 60; step++) {
      if (estimates && observer.due) observer.observe({ b: curvatures });
      optimizer.step({ b: b.data.map((x, i) => curvatures[i]! * x) });
    }
    return Math.max(...b.data.map(Math.abs));
  };
  // Each step halves the distance, after 13 steps of 0.07 have come near.
  expect(distance(true)).toBeLessThan(2 ** -40);
  // It oscillates around the minimum.
  expect(distance(false)).toBeGreaterThan(0.01);
});

it("is due before the first update and then at the interval, whether steps are skipped or not", () => {
  using optimizer = optimize(fresh(), sophia(), { nonFinite: "skip" });
  using observer = curvature(optimizer, { every: 3 });
  const due = Array.from({ length: 8 }, (_, i) => {
    const now = observer.due;
    optimizer.step(i === 3 ? { ...ones, b: [NaN, 1, 1] } : ones);
    return now;
  });
  expect(due).toEqual([true, false, false, true, true, false, false, true]);
});

it("counts the updates of an accumulator, and takes its gradients", () => {
  using optimizer = accumulate(fresh(), chain(sophia(), ema(0.9)), { steps: 2 });
  using observer = curvature(optimizer, { every: 1, beta2: 0 });
  optimizer.gradients.b.fill(3);
  optimizer.step();
  expect(observer.due).toBe(true);
  observer.observeSampled(2);
  expect([...optimizer.stateViews().parameters["b"]!["sophia.h"]!]).toEqual([18, 18, 18]);
});

it("needs estimates only for parameters whose rule has curvature", () => {
  const rule = partition([{ match: "b", rule: sgd() }], sophia());
  using optimizer = optimize(fresh(), rule);
  using observer = curvature(optimizer, { beta2: 0 });
  observer.observe({ w: [1, 2, 3, 4], b: undefined });
  expect([...optimizer.stateViews().parameters["w"]!["sophia.h"]!]).toEqual([1, 2, 3, 4]);
  expect(() => observer.observe({ w: undefined, b: [1, 2, 3] })).toThrow("`w` is missing");
});

it("updates any state of that name", () => {
  const newton = defineOptimizer({
    name: "newton",
    hyper: { lr: 1 },
    state: { h: "1" },
    rule: "u = g / h",
  });
  const { b } = fresh();
  using optimizer = optimize({ b }, newton());
  using observer = curvature(optimizer, { state: "newton.h", beta2: 0 });
  observer.observe({ b: [1, 2, 4] });
  optimizer.step({ b: [4, 4, 4] });
  expect([...b.data]).toEqual([-4, -2, -1]);
});

it("works on foreign arrays", () => {
  const net = { b: Float32Array.of(1, 2, 3) };
  using optimizer = optimize(net, sophia());
  using observer = curvature(optimizer, { beta2: 0 });
  observer.observe({ b: [1, 2, 4] });
  expect([...optimizer.stateViews().parameters["b"]!["sophia.h"]!]).toEqual([1, 2, 4]);
});

it("refuses or skips estimates that are not finite, and changes nothing", () => {
  using optimizer = optimize(fresh(), sophia());
  using throwing = curvature(optimizer);
  using skipping = curvature(optimizer, { nonFinite: "skip" });
  const estimate = { w: [1, 2, 3, 4], b: [1, Number.POSITIVE_INFINITY, 1] };
  expect(() => throwing.observe(estimate)).toThrow(
    "curvature: estimate 1: that of `b` has Infinity at element 1",
  );
  expect(skipping.observe(estimate)).toBe(false);
  expect(skipping.observeSampled(1, { ...ones, b: [NaN, 0, 0] })).toBe(false);
  expect([skipping.estimates, skipping.skippedEstimates]).toEqual([0, 2]);
  expect([...optimizer.stateViews().parameters["w"]!["sophia.h"]!]).toEqual([0, 0, 0, 0]);
});

it("refuses invalid arguments", () => {
  using optimizer = optimize(fresh(), sophia());
  const other = optimize(fresh(), adam());
  expect(() => curvature(other)).toThrow("no parameter has a state `sophia.h`");
  expect(() => curvature(optimizer, { every: 0 })).toThrow(
    "`every` must be a whole number in [1, inf), not 0",
  );
  expect(() => curvature(optimizer, { beta1: 0 } as never)).toThrow("unknown option `beta1`");
  expect(() => curvature(optimizer, { beta2: 1 })).toThrow(
    "curvature: `beta2` must be a number in [0, 1), not 1",
  );
  expect(() => curvature(optimizer).observeSampled(0)).toThrow(
    "`examples` must be a number in (0, inf), not 0",
  );
  const observer = curvature(optimizer);
  optimizer.dispose();
  expect(() => observer.observe(ones)).toThrow("disposed");
});
