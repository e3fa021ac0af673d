import { describe, expect, test } from "vitest";
import { rule, small, snapshot } from "../../../tests/support/small.ts";
import { defineOptimizer } from "../../define.ts";
import { sgd } from "../../optimizers/sgd.ts";
import { GradientError } from "../errors.ts";
import { optimize } from "../optimize.ts";
import { parameters } from "../parameters.ts";

describe("the report of a step", () => {
  test("has its number, the learning rate, the norm and whether it was skipped", () => {
    using optimizer = optimize(small(), rule);
    optimizer.step({ w: [0, 0, 0], b: [0, 0] });
    const report = optimizer.step({ w: [3, 0, 0], b: [0, 4] });
    expect(JSON.parse(JSON.stringify(report))).toEqual({
      step: 2,
      lr: 0.1,
      gradientNorm: 5,
      skipped: false,
    });
    expect(optimizer.steps).toBe(2);
  });

  test("is one object, which each step overwrites", () => {
    using optimizer = optimize(small(), rule);
    const first = optimizer.step({ w: [0, 0, 0], b: [0, 0] });
    const second = optimizer.step({ w: [0, 0, 0], b: [0, 0] });
    expect(second).toBe(first);
    expect(first.step).toBe(2);
  });

  test("has the rate of the rule, as its schedule gives it, whatever groups have", () => {
    using optimizer = optimize(small(), sgd({ lr: (step) => 1 / step }), {
      groups: [{ match: "b", lr: 7 }],
    });
    const rates = [1, 2, 3].map(() => optimizer.step({ w: [0, 0, 0], b: [0, 0] }).lr);
    expect(rates).toEqual([1, 1 / 2, 1 / 3]);
  });

  test("has no norm and no rate if the rule has none", () => {
    const halve = defineOptimizer({ name: "halve", hyper: {}, rule: "p = p - g / 2" });
    using optimizer = optimize(small(), halve());
    const report = optimizer.step({ w: [1, 1, 1], b: [1, 1] });
    expect([report.lr, report.gradientNorm]).toEqual([undefined, undefined]);
    expect(JSON.stringify(report)).toBe('{"step":1,"skipped":false}');
  });
});

test("a schedule is called once per step, before anything is written", () => {
  const asked: number[] = [];
  const lr = (step: number) => {
    asked.push(step);
    return step / 10;
  };
  const net = parameters({ w: [3] });
  const optimizer = optimize(net, sgd({ lr }));
  optimizer.gradients.w.fill(1);
  expect(optimizer.step().lr).toBe(0.1);
  expect(optimizer.step().lr).toBe(0.2);
  expect(asked).toEqual([1, 2]);
});

describe("gradients", () => {
  test("may be written in place, or passed as arrays of any kind", () => {
    const values = [1, -2, 3];
    const kinds = [
      values,
      new Float32Array(values),
      new Float64Array(values),
      new Int8Array(values),
    ];
    const results = [undefined, ...kinds].map((gradient) => {
      const net = parameters({ w: [3] });
      using optimizer = optimize(net, sgd({ lr: 1 }));
      if (gradient === undefined) optimizer.gradients.w.set(values);
      optimizer.step(gradient && { w: gradient });
      return Array.from(net.w.data);
    });
    expect(results).toEqual(results.map(() => [-1, 2, -3]));
  });

  test("that were passed are used in that step only", () => {
    const net = parameters({ w: [1] });
    using optimizer = optimize(net, sgd({ lr: 1 }));
    optimizer.gradients.w[0] = 1;
    optimizer.step({ w: [10] });
    optimizer.step();
    optimizer.step({ w: optimizer.gradients.w });
    expect(net.w.data[0]).toBe(-12);
  });

  test("that are passed as the same array are read again at each step", () => {
    const net = parameters({ w: [1] });
    using optimizer = optimize(net, sgd({ lr: 1 }));
    for (const gradient of [[1], new Float32Array([1])]) {
      optimizer.step({ w: gradient });
      gradient[0] = 100;
      optimizer.step({ w: gradient });
    }
    expect(net.w.data[0]).toBe(-202);
  });

  test("may be the arrays of other gradients", () => {
    const net = parameters({ a: [2], b: [2] });
    using optimizer = optimize(net, sgd({ lr: 1 }));
    optimizer.gradients.a.fill(2);
    optimizer.gradients.b.fill(3);
    optimizer.step({ a: optimizer.gradients.b, b: optimizer.gradients.a });
    expect([net.a.data[0], net.b.data[0]]).toEqual([-3, -2]);
  });

  test("are zero until they are written, and after zeroGradients", () => {
    using optimizer = optimize(small(), sgd());
    optimizer.zeroGradients();
    expect(Array.from(optimizer.gradients.w)).toEqual([0, 0, 0]);
    optimizer.gradients.w.fill(3);
    optimizer.zeroGradients();
    expect(Array.from(optimizer.gradients.w)).toEqual([0, 0, 0]);
  });

  test("cannot be replaced by other arrays, which would never be read", () => {
    using optimizer = optimize(small(), sgd());
    expect(() => {
      (optimizer.gradients as { w: Float32Array }).w = new Float32Array(3);
    }).toThrow(TypeError);
  });

  test.each<[string, object | undefined, string]>([
    [
      "are there",
      undefined,
      "there are no gradients yet: write them into `optimizer.gradients`, or pass them to `step`",
    ],
    ["have known names", { w: [1, 2, 3], b: [1, 2], c: [1] }, "there is no parameter `c`"],
    ["are complete", { w: [1, 2, 3] }, "the gradient of `b` is missing (see skipAbsent)"],
    [
      "have the parameter's length",
      { w: [1, 2], b: [1, 2] },
      "the gradient of `w` has 2 elements, the parameter has 3",
    ],
    [
      "are arrays",
      { w: 3, b: [1, 2] },
      "the gradient of `w` is 3, not an array of numbers: pass its elements, such as a Float32Array",
    ],
    ["are not null", { w: null, b: [1, 2] }, "the gradient of `w` is missing (see skipAbsent)"],
    [
      "are flat",
      { w: [[1], [2], [3]], b: [1, 2] },
      "the gradient of `w` has no number at element 0, but an object of Array: pass all rows in one flat array",
    ],
    [
      "are of numbers, each",
      { w: [1, "2", 3], b: [1, 2] },
      'the gradient of `w` has no number at element 1, but the string "2"',
    ],
    [
      "have no holes",
      { w: new Array(3), b: [1, 2] },
      "the gradient of `w` has no number at element 0, but undefined",
    ],
    [
      "are no tensors of another library, whatever methods these have",
      { w: { gather: () => 1, shape: [3] }, b: [1, 2] },
      "the gradient of `w` is an object of Object, not an array of numbers: pass its elements, such as a Float32Array",
    ],
    [
      "have names",
      null as never,
      "step takes gradients by the names of parameters, such as { w: [...] }, not null",
    ],
    [
      "are of numbers",
      { w: new BigInt64Array(3), b: [1, 2] },
      "the gradient of `w` is an object of BigInt64Array, not an array of numbers: pass its elements, such as a Float32Array",
    ],
  ])("%s", (_, gradients, problem) => {
    for (const nonFinite of ["throw", "skip", "allow"] as const) {
      using optimizer = optimize(small(), rule, { nonFinite });
      const before = snapshot(optimizer);
      expect(() => optimizer.step(gradients as never)).toThrow(new GradientError(problem));
      expect(snapshot(optimizer)).toEqual(before);
      expect(optimizer.steps).toBe(0);
    }
  });
});
