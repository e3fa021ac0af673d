import { describe, expect, it } from "vitest";
import { backends } from "../../tests/support/backends.ts";
import { chain, defineOptimizer } from "../define.ts";
import { adam } from "../optimizers/adam.ts";
import { polyakSgd } from "../optimizers/polyakSgd.ts";
import { sgd } from "../optimizers/sgd.ts";
import { partition } from "../rule/partition.ts";
import { sparse } from "../runtime/gradients/sparse.ts";
import { optimize } from "../runtime/optimize.ts";
import { parameters } from "../runtime/parameters.ts";
import { addNoise } from "../transforms/addNoise.ts";
import { clipByGlobalNorm } from "../transforms/clipByGlobalNorm.ts";
import { ema } from "../transforms/ema.ts";
import { l2 } from "../transforms/l2.ts";
import { accumulate } from "./accumulate.ts";

const shapes = { w: [3, 5], b: [4] } as const;
const gradient = (length: number, step: number) =>
  Float64Array.from({ length }, (_, i) => Math.sin(7 * step + i) * 10 ** (i % 3));
const fresh = () => {
  const net = parameters(shapes, { type: "float64" });
  net.w.data.forEach((_, i) => void (net.w.data[i] = Math.cos(i)));
  return net;
};

it("leaves out large gradients, counts them as skipped, and continues from a saved state", () => {
  const given = (size: number) => ({ w: new Float64Array(15).fill(size), b: [0, 0, 0, 0] });
  const options = { steps: 2, skipAbove: 5 };
  const net = fresh();
  using optimizer = accumulate(net, sgd({ lr: 1 }), options);
  expect(optimizer.step(given(1)).skipped).toBe(false);
  expect(optimizer.step(given(2))).toMatchObject({ skipped: true, updated: false });
  expect([optimizer.pending, optimizer.skippedSteps]).toEqual([1, 1]);
  using other = accumulate(fresh(), sgd({ lr: 1 }), options);
  other.restore(optimizer.state());
  expect([other.pending, other.skippedSteps]).toEqual([1, 1]);
  expect(optimizer.step(given(0.5)).updated).toBe(true);
  expect(net.w.data[0]).toBe(1 - 0.75);
});

describe.each(backends)("by $name", (backend) => {
  it.each([1, 2, 4, 3])(
    "an update of %i micro-steps is the update with their mean gradient",
    (steps) => {
      const rule = () => chain(clipByGlobalNorm(5), adam({ lr: (t) => 0.1 / t }));
      const [one, other] = [fresh(), fresh()];
      using micro = accumulate(one, rule(), { steps, backend });
      using whole = optimize(other, rule(), { backend });
      for (let update = 0; update < 3; update++) {
        let norm: number | undefined;
        const mean = { w: new Float64Array(15), b: new Float64Array(4) };
        for (let i = 0; i < steps; i++) {
          const given = { w: gradient(15, 4 * update + i), b: gradient(4, 4 * update + i) };
          for (const key of ["w", "b"] as const) {
            given[key].forEach((value, at) => void (mean[key][at]! += value));
          }
          // Written in place or passed.
          if (update === 1) {
            micro.gradients.w.set(given.w);
            micro.gradients.b.set(given.b);
          }
          const report = update === 1 ? micro.step() : micro.step(given);
          norm = report.gradientNorm;
          expect(report.updated).toBe(i === steps - 1);
          expect(report.step).toBe(update + Number(report.updated));
          expect(micro.pending).toBe(report.updated ? 0 : i + 1);
        }
        for (const key of ["w", "b"] as const) {
          mean[key].forEach((value, at) => void (mean[key][at] = value / steps));
        }
        const { gradientNorm } = whole.step(mean);
        expect(norm).toBe(gradientNorm);
        expect(one.w.data).toEqual(other.w.data);
        expect(one.b.data).toEqual(other.b.data);
      }
      expect(micro.steps).toBe(3);
    },
  );
});

it("flush() updates with the mean of the micro-steps that wait", () => {
  const net = parameters({ w: [2] });
  using micro = accumulate(net, sgd({ lr: 1 }), { steps: 4 });
  expect(micro.flush()).toMatchObject({ updated: false, step: 0 });
  micro.step({ w: [1, 2] });
  micro.step({ w: [3, 4] });
  expect(micro.flush()).toMatchObject({ updated: true, step: 1, lr: 1 });
  expect([...net.w.data]).toEqual([-2, -3]);
  expect([micro.pending, micro.steps]).toEqual([0, 1]);
});

it("each micro-step's gradients can be clipped on their own", () => {
  const net = parameters({ w: [2] }, { type: "float64" });
  const each = clipByGlobalNorm({ maxNorm: 1, eps: 0 });
  using micro = accumulate(net, sgd({ lr: 1 }), { steps: 2, each });
  micro.step({ w: [3, 4] });
  micro.step({ w: [0.3, 0] });
  expect(net.w.data[0]).toBeCloseTo(-(0.6 + 0.3) / 2, 15);
  expect(net.w.data[1]).toBeCloseTo(-0.8 / 2, 15);
});

it("`each` sees the parameters, not the sums", () => {
  const net = parameters({ w: [2] }, { type: "float64" });
  net.w.data.set([1, -2]);
  using micro = accumulate(net, sgd({ lr: 1 }), { steps: 2, each: l2(0.5) });
  micro.step({ w: [1, 1] });
  micro.step({ w: [3, 5] });
  // The mean of g + 0.5 w.
  expect([...net.w.data]).toEqual([1 - 2.5, -2 - 2]);
});

it("`each` and the rule draw different random numbers", () => {
  const draw = () => addNoise({ eta: 1, gamma: 0 });
  const drawn = (each: boolean, rule: boolean) => {
    const net = parameters({ w: [1000] }, { type: "float64" });
    const options = { steps: 1, ...(each && { each: draw() }) };
    using micro = accumulate(net, rule ? chain(draw(), sgd({ lr: 1 })) : sgd({ lr: 1 }), options);
    micro.step({ w: new Float64Array(1000) });
    return net.w.data;
  };
  const [first, second] = [drawn(true, false), drawn(false, true)];
  const product = first.reduce((sum, value, i) => sum + value * second[i]!, 0) / 1000;
  // Five standard errors.
  expect(Math.abs(product)).toBeLessThan(5 / Math.sqrt(1000));
});

it("frozen parameters need no gradients", () => {
  const net = parameters({ w: [2], head: [1] });
  const rule = partition([{ match: "head", rule: sgd({ lr: 1 }) }]);
  using micro = accumulate(net, rule, { steps: 2, each: clipByGlobalNorm(100) });
  micro.step({ head: [1], w: undefined });
  expect(micro.step({ head: [2], w: undefined }).updated).toBe(true);
  expect([net.head.data[0], ...net.w.data]).toEqual([-1.5, 0, 0]);
});

it("shows the sums, and refuses micro-steps inside evaluate()", () => {
  const net = parameters({ w: [1] });
  using micro = accumulate(net, chain(adam(), ema(0.5)), { steps: 3, each: clipByGlobalNorm(9) });
  expect(micro.step({ w: [2] })).toMatchObject({ gradientNorm: 2, updated: false });
  micro.step({ w: [-5] });
  const { parameters: own, nested } = micro.state();
  expect(Object.keys(own["w"]!)).toEqual(["adam.m", "adam.v", "ema.average"]);
  expect([...nested["accumulation"]!.parameters["w"]!["accumulation.total"]!]).toEqual([-3]);
  expect(() => micro.evaluate(() => micro.step({ w: [1] }))).toThrow("evaluate() has ended");
  expect(micro.pending).toBe(2);
});

it("sums that overflow are refused and still wait, or are skipped and discarded", () => {
  const net = parameters({ w: [1] });
  const large = { w: [3e38] };
  using throwing = accumulate(net, sgd({ lr: 1 }), { steps: 2 });
  throwing.step(large);
  expect(() => throwing.step(large)).toThrow("the gradient of `w` has Infinity");
  expect(throwing.pending).toBe(1);
  throwing.discard();
  using skipping = accumulate(net, sgd({ lr: 1 }), { steps: 2, nonFinite: "skip" });
  skipping.step(large);
  expect(skipping.step(large)).toMatchObject({ skipped: true, updated: false });
  for (const each of [throwing, skipping]) {
    expect(each.pending).toBe(0);
    each.step({ w: [1] });
    each.step({ w: [3] });
  }
  expect([net.w.data[0], skipping.skippedSteps]).toEqual([-4, 1]);
});

it("a micro-step that is not finite is refused, or left out of the mean", () => {
  const net = parameters({ w: [1] });
  using throwing = accumulate(net, sgd({ lr: 1 }), { steps: 2 });
  throwing.step({ w: [1] });
  expect(() => throwing.step({ w: [Number.NaN] })).toThrow("the gradient of `w` has NaN");
  throwing.step({ w: [3] });
  expect(net.w.data[0]).toBe(-2);
  using skipping = accumulate(net, sgd({ lr: 1 }), { steps: 2, nonFinite: "skip" });
  expect(skipping.step({ w: [Number.POSITIVE_INFINITY] }).skipped).toBe(true);
  skipping.step({ w: [1] });
  expect(skipping.step({ w: [1] }).updated).toBe(true);
  expect([net.w.data[0], skipping.skippedSteps]).toEqual([-3, 1]);
});

it("groups, sparse gradients and foreign arrays work as in an optimizer", () => {
  const net = { w: { data: new Float32Array(6), shape: [3, 2] }, b: new Float32Array(1) };
  using micro = accumulate(net, sgd({ lr: 1 }), { steps: 2, groups: [{ match: "b", lr: 10 }] });
  micro.step({ w: sparse([1], [1, 2]), b: [1] });
  micro.step({ w: sparse([2, 1], [4, 6, 1, 0]), b: [3] });
  expect([...net.w.data]).toEqual([0, 0, -1, -1, -2, -3].map((x) => x + 0));
  expect(net.b[0]).toBe(-20);
});

it("a rule that reads the loss sees the mean", () => {
  const net = parameters({ w: [1] }, { type: "float64" });
  const by = defineOptimizer({ name: "by", hyper: { lr: 1 }, rule: "u = g * loss" });
  using micro = accumulate(net, by(), { steps: 2 });
  micro.step({ w: [1] }, { loss: 1 });
  micro.step({ w: [3] }, { loss: 2 });
  expect(net.w.data[0]).toBe(-2 * 1.5);
  using polyak = accumulate(net, polyakSgd(), { steps: 1 });
  expect(() => polyak.step({ w: [1] })).toThrow("needs the loss");
  expect(polyak.pending).toBe(0);
});

it.each([0, 1.5, Number.NaN])("%s micro-steps are refused", (steps) => {
  expect(() => accumulate(fresh(), sgd(), { steps })).toThrow(
    "accumulate: `steps` must be a whole number in [1, inf), not",
  );
});
