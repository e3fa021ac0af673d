/** What a step refuses, and what it leaves unchanged. */
import { describe, expect, test } from "vitest";
import { rule, small, snapshot } from "../../tests/support/small.ts";
import { javascript } from "../compilers/js/interpreter.ts";
import { webassembly } from "../compilers/wasm/compiler.ts";
import { chain } from "../define.ts";
import { adagrad } from "../optimizers/adagrad.ts";
import { adam } from "../optimizers/adam.ts";
import { scheduleFreeAdamw } from "../optimizers/scheduleFreeAdamw.ts";
import { sgd } from "../optimizers/sgd.ts";
import { signSgd } from "../optimizers/signSgd.ts";
import { HyperparameterError } from "../rule/errors.ts";
import { clipByGlobalNorm } from "../transforms/clipByGlobalNorm.ts";
import { ema } from "../transforms/ema.ts";
import { BindingError, DisposedError, GradientError } from "./errors.ts";
import { optimize } from "./optimize.ts";
import { parameters } from "./parameters.ts";

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
              'nonFinite to "skip" to skip such steps, or to "allow" to make them anyway.',
          ),
        );
        expect(snapshot(optimizer)).toEqual(before);
        expect([optimizer.steps, optimizer.skippedSteps]).toEqual([1, 0]);
        // It continues as if that step had not happened.
        using other = optimize(small(), reductions, { backend });
        for (const each of [optimizer, other, other]) each.step(good);
        expect(snapshot(optimizer)).toEqual(snapshot(other));
      }
    }
  });

  test("is found in the optimizer's own arrays, at the last of many elements, and in any block", () => {
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

  test("may be one that only float32 cannot represent", () => {
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

  test("does not affect later steps if parameters side by side run as one", () => {
    using optimizer = optimize(small(), adam(), { nonFinite: "skip", backend });
    optimizer.gradients.w.fill(1);
    optimizer.gradients.b.fill(1);
    for (const gradients of [
      { ...good, w: [0, bad[0]!, 0] },
      { ...good, b: [bad[0]!, 0] },
    ]) {
      expect(optimizer.step(gradients).skipped).toBe(true);
      expect(optimizer.step().skipped).toBe(false);
      expect(optimizer.step(good).skipped).toBe(false);
    }
  });

  test('passes with "allow", at its element and nowhere else', () => {
    const net = small();
    using optimizer = optimize(net, adam({ lr: 0.1 }), { nonFinite: "allow", backend });
    expect(optimizer.step({ ...good, w: [1, Number.NaN, 1] }).skipped).toBe(false);
    expect(Array.from(net.w.data, Number.isNaN)).toEqual([false, true, false]);
    expect(net.b.data.every(Number.isFinite)).toBe(true);
    expect(optimizer.skippedSteps).toBe(0);
  });

  test("is not reported for gradients that are only huge, or whose sums overflow", () => {
    using optimizer = optimize(small(), signSgd(), { backend });
    expect(() => optimizer.step({ w: [3e38, 3e38, -3e38], b: [1e-45, 3e38] })).not.toThrow();
  });
});

describe("a schedule that gives no number, or one out of range", () => {
  test("is named, with the step, and nothing is written", () => {
    for (const value of [Number.NaN, "0.1", undefined, null, -1, Number.POSITIVE_INFINITY]) {
      using optimizer = optimize(
        small(),
        adam({ lr: (step) => (step === 2 ? (value as number) : 0.1) }),
      );
      optimizer.step({ w: [1, 1, 1], b: [1, 1] });
      const before = snapshot(optimizer);
      expect(() => optimizer.step({ w: [1, 1, 1], b: [1, 1] })).toThrow(
        new HyperparameterError(
          `the schedule of adam.lr gave ${value} at step 2; it must give a number in [0, inf)`,
        ),
      );
      expect(snapshot(optimizer)).toEqual(before);
      expect(optimizer.steps).toBe(1);
    }
  });

  test("in a group, a second part or the start of a state is named as well", () => {
    const at2 = (value: number) => (step: number) => (step === 2 ? value : 0.5);
    const twice = chain(adam(), ema(0.5), ema(at2(1)));
    using optimizer = optimize(small(), twice, { groups: [{ match: "b", beta1: at2(1.5) }] });
    optimizer.step({ w: [1, 1, 1], b: [1, 1] });
    const before = snapshot(optimizer);
    expect(() => optimizer.step({ w: [1, 1, 1], b: [1, 1] })).toThrow(
      /the schedule of (adam\.beta1 gave 1\.5|ema#2\.decay gave 1) at step 2; it must give a number in \[0, 1\)/,
    );
    expect(snapshot(optimizer)).toEqual(before);
    expect(() => optimize(small(), adagrad({ initialAccumulator: () => -1 }))).toThrow(
      "the schedule of adagrad.initialAccumulator gave -1 at step 1; it must give a number in [0, inf)",
    );
  });

  test("in evaluate() does not change the parameters", () => {
    let beta1 = 0.9;
    const net = small();
    using optimizer = optimize(net, scheduleFreeAdamw({ lr: 0.1, beta1: () => beta1 }));
    // After a step, the value of that step is used; after a restore, the schedule is called.
    using first = optimize(small(), scheduleFreeAdamw({ lr: 0.1, beta1: () => beta1 }));
    first.step({ w: [1, 1, 1], b: [1, 1] });
    optimizer.restore(first.state());
    const trained = snapshot(optimizer);
    beta1 = 1;
    expect(first.evaluationWeights().w).toHaveLength(3);
    expect(() => optimizer.evaluate(() => 0)).toThrow(
      "the schedule of scheduleFreeAdamw.beta1 gave 1 at step 1; it must give a number in (0, 1)",
    );
    expect(snapshot(optimizer)).toEqual(trained);
    beta1 = 0.9;
    expect(optimizer.evaluationWeights().w).toHaveLength(3);
    expect(optimizer.step({ w: [1, 1, 1], b: [1, 1] }).step).toBe(2);
  });
});

describe("after dispose()", () => {
  test("every use is refused, but disposing again is allowed", () => {
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

  test("all memory except the parameters' is freed", () => {
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

  test("it is also freed if binding fails halfway", () => {
    const net = parameters({ w: [1000], b: [10] });
    const { memory } = optimize(net, sgd());
    const start = memory.allocated;
    const partly = {
      ...webassembly,
      compile: () => {
        throw new BindingError("no");
      },
    };
    expect(() => optimize(net, rule, { backend: partly })).toThrow("no");
    expect(memory.allocated).toBe(start);
  });
});

describe("arguments of the wrong kind", () => {
  const net = () => ({ w: new Float32Array(2) });
  const bound = () => optimize(net(), sgd());
  const none = null as never;
  test.each<[string, () => unknown, string]>([
    [
      "options that are none",
      () => optimize(net(), sgd(), none),
      "optimize: options are an object",
    ],
    ["a number for options", () => optimize(net(), sgd(), 3 as never), "optimize: options are"],
    [
      "no shapes",
      () => parameters(none),
      "parameters: the first argument must be an object of shapes",
    ],
    [
      "parameters' options",
      () => parameters({ w: [2] }, none),
      "parameters: options are an object",
    ],
    ["restore's options", () => bound().restore(bound().state(), none), "restore: options are"],
    [
      "a misspelt option of restore",
      () => bound().restore(bound().state(), { partal: true } as never),
      "restore: unknown option `partal`; did you mean `partial`?",
    ],
    [
      "a callback that is none",
      () => bound().evaluate(none),
      "evaluate: the first argument must be a function",
    ],
    [
      "an optimizer without its parentheses",
      () => optimize(net(), sgd as never),
      "with parentheses",
    ],
    [
      "a misspelt input of a step",
      () => bound().step({ w: [1, 2] }, { los: 1 } as never),
      "there is no input `los`; did you mean `loss`?",
    ],
    [
      "a loss that is no number",
      () => bound().step({ w: [1, 2] }, { loss: "1" as never }),
      "the loss must be a number, not string",
    ],
  ])("is named: %s", (_, act, problem) => {
    expect(act).toThrow(problem);
  });
});
