import fc from "fast-check";
import { describe, expect, it } from "vitest";
import reference from "../../../tests/reference/sparse.json" with { type: "json" };
import { backends, elementTypes } from "../../../tests/support/backends.ts";
import { runs } from "../../../tests/support/properties.ts";
import { chain, defineOptimizer } from "../../define.ts";
import { adam } from "../../optimizers/adam.ts";
import { sgd } from "../../optimizers/sgd.ts";
import { clipByGlobalNorm } from "../../transforms/clipByGlobalNorm.ts";
import { optimize } from "../optimize.ts";
import { parameters } from "../parameters.ts";
import { sparse } from "./sparse.ts";

/** Dense Adam over only the given rows, as in SparseAdam. */
function lazyAdam(p: Float64Array, width: number, steps: readonly [number[], number[]][]): void {
  const { lr, beta1, beta2, eps } = adam.definition.hyper;
  const m = new Float64Array(p.length);
  const v = new Float64Array(p.length);
  for (const [index, [rows, values]] of steps.entries()) {
    const t = index + 1;
    const sums = new Map<number, Float64Array>();
    for (const [i, row] of rows.entries()) {
      const sum = sums.get(row) ?? new Float64Array(width);
      sums.set(row, sum);
      for (let j = 0; j < width; j++) sum[j]! += values[i * width + j]!;
    }
    for (const [row, g] of sums) {
      for (let j = 0; j < width; j++) {
        const at = row * width + j;
        m[at] = beta1 * m[at]! + (1 - beta1) * g[j]!;
        v[at] = beta2 * v[at]! + (1 - beta2) * g[j]! ** 2;
        const mHat = m[at]! / (1 - beta1 ** t);
        p[at] = p[at]! - (lr * mHat) / (Math.sqrt(v[at]! / (1 - beta2 ** t)) + eps);
      }
    }
  }
}

describe.each(backends)("sparse gradients, by $name", (backend) => {
  it.each(elementTypes)("change only the given rows, as SparseAdam does, in %s", (type) => {
    const wide = fc.integer({ min: 1, max: 40 });
    const steps = fc.array(fc.array(fc.integer({ min: 0, max: 11 }), { maxLength: 9 }), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(wide, steps, fc.boolean(), (width, touched, foreign) => {
        const own = parameters({ w: [12, width] }, { type });
        own.w.data.forEach((_, i) => void (own.w.data[i] = Math.sin(i)));
        const net = foreign ? { w: { data: own.w.data.slice(), shape: own.w.shape } } : own;
        const expected = Float64Array.from(net.w.data);
        using optimizer = optimize(net, adam(), { backend });
        const given = touched.map((rows, t): [number[], number[]] => [
          rows,
          rows.flatMap((row, i) =>
            Array.from({ length: width }, (_, j) => Math.cos(row + i + j + t)),
          ),
        ]);
        for (const [rows, values] of given) optimizer.step({ w: sparse(rows, values) });
        lazyAdam(expected, width, given);
        const bound = type === "float64" ? 1e-12 : 1e-5;
        net.w.data.forEach((value, i) => {
          expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(bound);
        });
      }),
      runs(10),
    );
  });

  it("do not change other rows and their state, bit for bit", () => {
    const net = parameters({ w: [4, 3] });
    net.w.data.fill(1);
    using optimizer = optimize(net, adam(), { backend });
    optimizer.step({ w: new Float32Array(12).fill(0.5) });
    const before = net.w.data.slice();
    const m = optimizer.stateViews().parameters["w"]!["adam.m"]!;
    const mBefore = m.slice();
    optimizer.step({ w: sparse(Int32Array.of(2), Float32Array.of(1, 2, 3)) });
    expect([...net.w.data.keys()].filter((i) => net.w.data[i] !== before[i])).toEqual([6, 7, 8]);
    expect([...m.keys()].filter((i) => m[i] !== mBefore[i])).toEqual([6, 7, 8]);
  });

  it("are clipped like the dense gradient", () => {
    const rule = () => chain(clipByGlobalNorm(1), sgd({ lr: 1 }));
    const [one, other] = [parameters({ w: [3, 2], b: [2] }), parameters({ w: [3, 2], b: [2] })];
    const b = [3, 4];
    const dense = optimize(one, rule(), { backend }).step({ w: [0, 0, 6, 0, 0, 8], b });
    const few = optimize(other, rule(), { backend });
    expect(few.step({ w: sparse([2, 1], [0, 8, 6, 0]), b }).gradientNorm).toBeCloseTo(
      dense.gradientNorm!,
      12,
    );
    other.w.data.forEach((value, i) => void expect(value).toBeCloseTo(one.w.data[i]!, 6));
    few.step({ w: new Float32Array(6).fill(1), b });
    expect(other.w.data[0]).toBeLessThan(0);
  });
});

describe.each(reference.cases)("torch.optim.SparseAdam, $label", ({ options, ...recorded }) => {
  it.each(elementTypes)("agrees in %s", (type) => {
    const { beta2, eps } = options;
    // SparseAdam adds eps to the square root before the bias correction, Adam after it.
    const rule = adam({ ...options, eps: (t) => eps / Math.sqrt(1 - beta2 ** t) });
    const net = parameters({ w: reference.shape }, { type });
    net.w!.data.set(reference.start);
    using optimizer = optimize(net, rule);
    for (const { rows, values } of reference.steps) {
      const { step } = optimizer.step({ w: sparse(rows, values) });
      const expected = (recorded[type] as Record<string, number[]>)[step];
      for (const [i, value] of (expected ?? []).entries()) {
        // As in tests/reference.test.ts.
        const bound = type === "float64" ? 1e-12 : (4 + step / 2) * 2 ** -23;
        const scale = Math.max(Math.abs(value), Math.abs(reference.start[i]!));
        expect(Math.abs(net.w!.data[i]! - value) / scale, `step ${step}`).toBeLessThan(bound);
      }
    }
    expect([...net.w!.data.slice(-3)]).toEqual(reference.start.slice(-3));
  });
});

describe("refuses", () => {
  const net = parameters({ w: [3, 2], s: [] });
  const start = net.w.data.slice();
  const zero = Float32Array.of(0);
  it.each([
    [sparse([3], [1, 2]), "the gradient of `w` has a row 3 at position 0; its rows are 0 to 2"],
    [sparse([-1], [1, 2]), "a row -1 at position 0"],
    [sparse([0, 0.5], [1, 2, 3, 4]), "a row 0.5 at position 1"],
    [sparse([0], [1]), "has 1 values; 1 rows of 2 take 2"],
    [sparse([0], [1, Number.NaN]), "the gradient of `w` has NaN"],
  ])("%j", (w, message) => {
    using optimizer = optimize(net, adam());
    expect(() => optimizer.step({ w, s: zero })).toThrow(message);
    expect(net.w.data).toEqual(start);
  });

  it("rules that need whole rows, and numbers without rows", () => {
    const centred = defineOptimizer({ name: "c", hyper: { lr: 1 }, rule: "u = g - rowMean(g)" });
    using whole = optimize(net, centred());
    expect(() => whole.step({ w: sparse([0], [1, 2]), s: zero })).toThrow("needs whole rows");
    using plain = optimize(net, adam());
    expect(() => plain.step({ w: start, s: sparse([0], [1]) })).toThrow("takes two lists");
  });
});

it("a mean is over the gradients of a step: some rows, all rows, or the arrays written in place", () => {
  const centre = defineOptimizer({ name: "centre", hyper: { lr: 1 }, rule: "u = 0 * g + mean(g)" });
  const net = parameters({ w: [4, 2] });
  using optimizer = optimize(net, centre());
  const ones = new Float32Array(8).fill(1);
  const moved = (step: () => unknown): number => {
    const before = net.w.data[0]!;
    step();
    return before - net.w.data[0]!;
  };
  expect(moved(() => optimizer.step({ w: sparse([0], [3, 1]) }))).toBe(2);
  expect(moved(() => optimizer.step({ w: ones }))).toBe(1);
  expect(moved(() => optimizer.step({ w: sparse([0, 1], [3, 1, 4, 4]) }))).toBe(3);
  optimizer.gradients.w.fill(0.5);
  expect(moved(() => optimizer.step())).toBe(0.5);
});

it("an error in a later gradient leaves nothing of the earlier ones", () => {
  const net = parameters({ a: [2, 2], b: [2] });
  // In two groups, so that they are not stepped as one.
  using optimizer = optimize(net, sgd({ lr: 1 }), { groups: [{ match: "b", lr: 2 }] });
  optimizer.gradients.a.fill(1);
  optimizer.gradients.b.fill(1);
  optimizer.step();
  expect(() => optimizer.step({ a: sparse([0], [9, 9]), b: [9] } as never)).toThrow("`b` has 1");
  expect(() => optimizer.step({ a: [9, 9, 9, 9], b: [9] } as never)).toThrow("`b` has 1");
  expect([...net.a.data, ...net.b.data]).toEqual([-1, -1, -1, -1, -2, -2]);
  optimizer.step();
  expect([...net.a.data, ...net.b.data]).toEqual([-2, -2, -2, -2, -4, -4]);
});

it("rounds values to the parameter's type before it adds those of the same row", () => {
  const a = new Float32Array(2);
  const optimizer = optimize({ a: { data: a, shape: [2, 1] } }, sgd({ lr: 1 }));
  optimizer.step({ a: sparse([1, 1], [-2.88, 2.88]) });
  expect([...a]).toEqual([0, 0]);
});
