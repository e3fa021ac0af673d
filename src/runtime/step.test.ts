import { describe, expect, test } from "vitest";
import { javascript } from "../compilers/js/interpreter.ts";
import { webassembly } from "../compilers/wasm/compiler.ts";
import { adam } from "../optimizers/adam.ts";
import { sgd } from "../optimizers/sgd.ts";
import { chain, defineOptimizer } from "../rule/define.ts";
import { HyperparameterError } from "../rule/errors.ts";
import { clipByGlobalNorm } from "../transforms/clipByGlobalNorm.ts";
import { ema } from "../transforms/ema.ts";
import { BindingError, DisposedError, GradientError } from "./errors.ts";
import { optimize } from "./optimize.ts";
import type { Optimizer } from "./optimizer.ts";
import { parameters } from "./parameters.ts";

const small = () => {
  const net = parameters({ w: [3], b: [2] });
  net.w.data.set([1, 2, 3]);
  net.b.data.set([4, 5]);
  return net;
};
const rule = chain(clipByGlobalNorm(1), adam({ lr: 0.1 }), ema(0.9));

/** All that a step may change, by its bits. */
function snapshot(optimizer: Optimizer): Record<string, readonly number[]> {
  const { parameters: states } = optimizer.state();
  const arrays = Object.entries(optimizer.parameters).flatMap(([name, { data }]) => [
    [name, data] as const,
    ...Object.entries(states[name]!).map(([key, array]) => [`${name} ${key}`, array] as const),
  ]);
  return Object.fromEntries(
    arrays.map(([name, { buffer, byteOffset, byteLength }]) => [
      name,
      [...new Uint8Array(buffer, byteOffset, byteLength)],
    ]),
  );
}

describe("the report of a step", () => {
  test("says its number, the learning rate, the norm and whether it was skipped", () => {
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

  test("is one object, filled anew", () => {
    using optimizer = optimize(small(), rule);
    const first = optimizer.step({ w: [0, 0, 0], b: [0, 0] });
    const second = optimizer.step({ w: [0, 0, 0], b: [0, 0] });
    expect(second).toBe(first);
    expect(first.step).toBe(2);
  });

  test("has the rate of the rule, whatever groups have, as the schedule gives it", () => {
    using optimizer = optimize(small(), sgd({ lr: (step) => 1 / step }), {
      groups: [{ match: "b", lr: 7 }],
    });
    const rates = [1, 2, 3].map(() => optimizer.step({ w: [0, 0, 0], b: [0, 0] }).lr);
    expect(rates).toEqual([1, 1 / 2, 1 / 3]);
  });

  test("has no norm and no rate where the rule has none", () => {
    const halve = defineOptimizer({ name: "halve", hyper: {}, rule: "p = p - g / 2" });
    using optimizer = optimize(small(), halve());
    const report = optimizer.step({ w: [1, 1, 1], b: [1, 1] });
    expect([report.lr, report.gradientNorm]).toEqual([undefined, undefined]);
    expect(JSON.stringify(report)).toBe('{"step":1,"skipped":false}');
  });
});

describe("gradients", () => {
  test("are written in place, or passed as arrays of any kind", () => {
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

  test("that were passed count for that step alone", () => {
    const net = parameters({ w: [1] });
    using optimizer = optimize(net, sgd({ lr: 1 }));
    optimizer.gradients.w[0] = 1;
    optimizer.step({ w: [10] });
    optimizer.step();
    optimizer.step({ w: optimizer.gradients.w });
    expect(net.w.data[0]).toBe(-12);
  });

  test("that were passed as one array are read anew at each step", () => {
    const net = parameters({ w: [1] });
    using optimizer = optimize(net, sgd({ lr: 1 }));
    for (const gradient of [[1], new Float32Array([1])]) {
      optimizer.step({ w: gradient });
      gradient[0] = 100;
      optimizer.step({ w: gradient });
    }
    expect(net.w.data[0]).toBe(-202);
  });

  test("may be those of other parameters", () => {
    const net = parameters({ a: [2], b: [2] });
    using optimizer = optimize(net, sgd({ lr: 1 }));
    optimizer.gradients.a.fill(2);
    optimizer.gradients.b.fill(3);
    optimizer.step({ a: optimizer.gradients.b, b: optimizer.gradients.a });
    expect([net.a.data[0], net.b.data[0]]).toEqual([-3, -2]);
  });

  test("are zero until they are written, and by zeroGradients", () => {
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
    ["are complete", { w: [1, 2, 3] }, "the gradient of `b` is missing"],
    [
      "have the parameter's length",
      { w: [1, 2], b: [1, 2] },
      "the gradient of `w` has 2 elements, the parameter has 3",
    ],
    ["are arrays", { w: 3, b: [1, 2] }, "the gradient of `w` is no array of numbers"],
    ["are not null", { w: null, b: [1, 2] }, "the gradient of `w` is no array of numbers"],
    [
      "are of numbers",
      { w: new BigInt64Array(3), b: [1, 2] },
      "the gradient of `w` is no array of numbers",
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

describe.each([webassembly, javascript])("a gradient that is not finite ($name)", (backend) => {
  const good = { w: [0.1, 0.2, 0.3], b: [0.4, 0.5] };
  const bad = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

  test("throws before anything is written, naming parameter and element", () => {
    for (const value of bad) {
      for (const reductions of [rule, adam({ lr: 0.1 })]) {
        using optimizer = optimize(small(), reductions, { backend });
        optimizer.step(good);
        const before = snapshot(optimizer);
        expect(() => optimizer.step({ w: [0, 1, 2], b: [3, value] })).toThrow(
          new GradientError(
            `step 2: the gradient of \`b\` has ${value} at element 1; nothing was updated. Set ` +
              'nonFinite to "skip" to leave out such steps, or to "allow" to let them through.',
          ),
        );
        expect(snapshot(optimizer)).toEqual(before);
        expect([optimizer.steps, optimizer.skippedSteps]).toEqual([1, 0]);
        // It goes on as if that step had not been.
        using other = optimize(small(), reductions, { backend });
        for (const each of [optimizer, other, other]) each.step(good);
        expect(snapshot(optimizer)).toEqual(snapshot(other));
      }
    }
  });

  test("is found in the optimizer's own arrays, at the last of many elements, and across blocks", () => {
    const net = parameters({ a: [5000], b: [40_000], c: [3] });
    using optimizer = optimize(net, sgd(), { backend });
    for (const [name, index] of [
      ["a", 4999],
      ["b", 39_999],
      ["b", 0],
      ["c", 2],
    ] as const) {
      optimizer.zeroGradients();
      optimizer.gradients[name][index] = Number.NaN;
      expect(() => optimizer.step()).toThrow(
        `the gradient of \`${name}\` has NaN at element ${index}`,
      );
    }
    expect(Object.values(net).every(({ data }) => data.every((value) => value === 0))).toBe(true);
  });

  test("may be one that only float32 cannot hold", () => {
    using optimizer = optimize(small(), sgd(), { backend });
    expect(() => optimizer.step({ w: [0, 1e300, 0], b: [0, 0] })).toThrow(
      "the gradient of `w` has 1e+300, more than float32 holds, at element 1; nothing was updated.",
    );
    using wide = optimize({ w: new Float64Array(1) }, sgd(), { backend });
    expect(() => wide.step({ w: [1e300] })).not.toThrow();
  });

  test('is skipped and counted with "skip"; the next step has that number', () => {
    const steps: number[] = [];
    const lr = (step: number) => {
      steps.push(step);
      return 0.1;
    };
    const scheduled = chain(clipByGlobalNorm(), adam({ lr }));
    using optimizer = optimize(small(), scheduled, { nonFinite: "skip", backend });
    expect(optimizer.step(good).skipped).toBe(false);
    const before = snapshot(optimizer);
    for (const value of bad) {
      const { step, skipped } = optimizer.step({ ...good, w: [0, value, 0] });
      expect([step, skipped]).toEqual([1, true]);
      expect(snapshot(optimizer)).toEqual(before);
    }
    expect([optimizer.steps, optimizer.skippedSteps]).toEqual([1, 3]);
    expect(optimizer.step(good)).toMatchObject({ step: 2, skipped: false });
    expect(Math.max(...steps)).toBe(2);
  });

  test('goes through with "allow", where it is and nowhere else', () => {
    const net = small();
    using optimizer = optimize(net, adam({ lr: 0.1 }), { nonFinite: "allow", backend });
    expect(optimizer.step({ ...good, w: [1, Number.NaN, 1] }).skipped).toBe(false);
    expect(Array.from(net.w.data, Number.isNaN)).toEqual([false, true, false]);
    expect(net.b.data.every(Number.isFinite)).toBe(true);
    expect(optimizer.skippedSteps).toBe(0);
  });

  test("is none where gradients are only huge, or sums of them overflow", () => {
    using optimizer = optimize(small(), adam(), { backend });
    expect(() => optimizer.step({ w: [3e38, 3e38, -3e38], b: [1e-45, 3e38] })).not.toThrow();
  });
});

describe("a schedule that gives no number", () => {
  test("is named, with the step, and nothing is written", () => {
    for (const value of [Number.NaN, "0.1", undefined, null]) {
      using optimizer = optimize(
        small(),
        adam({ lr: (step) => (step === 2 ? (value as number) : 0.1) }),
      );
      optimizer.step({ w: [1, 1, 1], b: [1, 1] });
      const before = snapshot(optimizer);
      expect(() => optimizer.step({ w: [1, 1, 1], b: [1, 1] })).toThrow(
        new HyperparameterError(
          `the schedule of adam.lr gave ${value} at step 2; it must give a number`,
        ),
      );
      expect(snapshot(optimizer)).toEqual(before);
      expect(optimizer.steps).toBe(1);
    }
  });
});

describe("after dispose()", () => {
  test("every use is refused, and disposing again is not", () => {
    const net = small();
    const optimizer = optimize(net, rule);
    optimizer.step({ w: [1, 1, 1], b: [1, 1] });
    optimizer.dispose();
    optimizer.dispose();
    const gone = new DisposedError("this optimizer was disposed; make a new one with optimize()");
    expect(() => optimizer.step()).toThrow(gone);
    expect(() => optimizer.step({ w: [1, 1, 1], b: [1, 1] })).toThrow(gone);
    expect(() => optimizer.gradients).toThrow(gone);
    expect(() => optimizer.zeroGradients()).toThrow(gone);
    expect(() => optimizer.state()).toThrow(gone);
    expect(optimizer.steps).toBe(1);
    expect(optimizer.parameters.w.data).toBe(net.w.data);
  });

  test("all memory but the parameters' is given back", () => {
    const net = parameters({ w: [100, 10], b: [10] });
    const { memory } = optimize(net, sgd());
    const start = memory.allocated;
    for (let i = 0; i < 3; i++) {
      using optimizer = optimize(net, rule, { groups: [{ match: "b", lr: 1 }] });
      expect(optimizer.memory).toBe(memory);
      optimizer.gradients.w.fill(1);
      optimizer.step();
      optimizer.step({ w: new Float32Array(1000), b: new Float32Array(10) });
      expect(memory.allocated).toBeGreaterThan(start + 4 * 4 * 1010);
    }
    expect(memory.allocated).toBe(start);
  });

  test("so it is where binding fails half-way", () => {
    const net = parameters({ w: [1000], b: [10] });
    const { memory } = optimize(net, sgd());
    const start = memory.allocated;
    const partly = {
      name: "webassembly" as const,
      compile: () => {
        throw new BindingError("no");
      },
    };
    expect(() => optimize(net, rule, { backend: partly })).toThrow("no");
    expect(memory.allocated).toBe(start);
  });
});
