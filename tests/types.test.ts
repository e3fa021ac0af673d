/** What the types promise to users, checked by `npx tsc -p .`; that each error is one at run time, too. */
import { describe, expect, expectTypeOf, test } from "vitest";
import {
  type Accumulator,
  type AnyOptimizer,
  accumulate,
  adam,
  adamw,
  addParameters,
  bfloat16,
  chain,
  clipByGlobalNorm,
  curvature,
  defineOptimizer,
  ema,
  float16,
  galore,
  HyperparameterError,
  type Interval,
  type NarrowParameter,
  type Optimizer,
  optimize,
  type Parameter,
  parameters,
  type Rule,
  RuleError,
  removeParameters,
  type StepReport,
  sam,
  sgd,
  sophia,
  warmupCosine,
} from "../src/index.ts";

const net = () => parameters({ w: [2, 3], b: [3] });

describe("an optimizer", () => {
  test("knows its parameters and their gradients by name and type", () => {
    const mixed = { w: new Float32Array(2), d: { data: new Float64Array(4), shape: [2, 2] } };
    using optimizer = optimize({ ...net(), ...mixed }, adam());
    expectTypeOf(optimizer.gradients.w).toEqualTypeOf<Float32Array>();
    expectTypeOf(optimizer.gradients.b).toEqualTypeOf<Float32Array>();
    expectTypeOf(optimizer.gradients.d).toEqualTypeOf<Float64Array>();
    expectTypeOf(optimizer.parameters.d).toEqualTypeOf<Parameter<Float64Array>>();
    expectTypeOf(optimizer.parameters.w.shape).toEqualTypeOf<readonly number[]>();
    // @ts-expect-error there is no parameter `c`
    expect(optimizer.gradients.c).toBeUndefined();
    // @ts-expect-error nor here
    expect(optimizer.parameters.c).toBeUndefined();
    expect(() => {
      // @ts-expect-error gradients are written into, not replaced
      optimizer.gradients.w = new Float32Array(2);
    }).toThrow(TypeError);
  });

  test("that wrappers stand around, or that others join, is one of the same names", () => {
    const made = accumulate(net(), (own) => galore(own, adam()), { steps: 2 });
    expectTypeOf(made).toEqualTypeOf<Accumulator<ReturnType<typeof net>>>();
    using optimizer = addParameters(made, parameters({ late: [2] }));
    expectTypeOf(optimizer.gradients.late).toEqualTypeOf<Float32Array>();
    expectTypeOf(optimizer.gradients.w).toEqualTypeOf<Float32Array>();
    expect(optimizer.flush?.().step).toBe(0);
    const step = () => sam(optimizer).step(() => ({ gradients: { w: [1], b: [1] } }) as never);
    expect(step).toThrow("the gradient of");
    // @ts-expect-error there is no parameter `x`
    expect(() => removeParameters(optimizer, ["x"])).toThrow();
    using rest = removeParameters(optimizer, ["w", "late"]);
    expectTypeOf(rest.gradients.b).toEqualTypeOf<Float32Array>();
    // @ts-expect-error it was removed
    expect(rest.gradients.w).toBeUndefined();
    expectTypeOf<AnyOptimizer>().not.toBeAny();
  });

  test("knows parameters in 16 bits, and their gradients as bits", () => {
    const net = parameters({ w: [2, 3] }, { type: bfloat16 });
    expectTypeOf(net.w).toEqualTypeOf<NarrowParameter>();
    const optimizer = optimize({ ...net, b: new Float32Array(3) }, adam());
    expectTypeOf(optimizer.gradients.w).toEqualTypeOf<Uint16Array>();
    expectTypeOf(optimizer.gradients.b).toEqualTypeOf<Float32Array>();
    expectTypeOf(optimizer.parameters.w).toEqualTypeOf<NarrowParameter>();
    expectTypeOf(optimizer.parameters.b.data).toEqualTypeOf<Float32Array>();
    expect(optimizer.parameters.w.storage).toBe(bfloat16);
    const bits = { w: { data: new Uint16Array(2), shape: [2] } };
    // @ts-expect-error they need a storage
    expect(() => optimize(bits, adam())).toThrow();
  });

  test("takes gradients of all parameters and of nothing else", () => {
    using optimizer = optimize(net(), adam());
    expectTypeOf(
      optimizer.step({ w: new Float32Array(6), b: [1, 2, 3] }),
    ).toEqualTypeOf<StepReport>();
    // @ts-expect-error `b` is missing
    expect(() => optimizer.step({ w: new Float32Array(6) })).toThrow();
    // @ts-expect-error `c` is no parameter
    expect(() => optimizer.step({ w: new Float32Array(6), b: [1, 2, 3], c: [1] })).toThrow();
    // @ts-expect-error a number is no array
    expect(() => optimizer.step({ w: new Float32Array(6), b: 1 })).toThrow();
  });

  test("keeps its state in storages that are values", () => {
    using _ = optimize(net(), adam(), { storage: { state: { m: bfloat16, "adam.v": float16 } } });
    // @ts-expect-error a name is none
    expect(() => optimize(net(), adam(), { storage: { state: "bfloat16" } })).toThrow("a string");
    // @ts-expect-error parameters are kept as they are
    expect(() => optimize(net(), adam(), { storage: { parameters: bfloat16 } })).toThrow();
  });

  test("of parameters that are only known as such has them by any name", () => {
    const source: Record<string, Float32Array> = { x: new Float32Array(1) };
    using optimizer = optimize(source, adam());
    expectTypeOf(optimizer.gradients["x"]).toEqualTypeOf<Float32Array | undefined>();
    expectTypeOf(optimizer).toExtend<Optimizer>();
  });

  test("reports numbers, of which some may be missing", () => {
    using optimizer = optimize(net(), sgd());
    const report = optimizer.step({ w: new Float32Array(6), b: new Float32Array(3) });
    expectTypeOf(report.step).toEqualTypeOf<number>();
    expectTypeOf(report.lr).toEqualTypeOf<number | undefined>();
    expectTypeOf(report.gradientNorm).toEqualTypeOf<number | undefined>();
    expectTypeOf(report.skipped).toEqualTypeOf<boolean>();
    // @ts-expect-error a report is to be read
    expect(() => (report.step = 3)).toThrow(TypeError);
  });
});

describe("groups", () => {
  const chained = chain(clipByGlobalNorm(1), adamw({ lr: 0.1 }), ema({ decay: 0.9 }));

  test("override the hyperparameters of the rule, through chains", () => {
    const groups = [
      {
        match: "w",
        weightDecay: 0,
        lr: warmupCosine({ peak: 1, warmup: 1, steps: 9 }),
        maxNorm: 2,
      },
      { match: /^b$/, decay: 0.5, "adamw.beta1": 0.5 },
    ];
    using optimizer = optimize(net(), chained, { groups });
    expect(optimizer.steps).toBe(0);
    using switched = optimize(net(), sgd(), { groups: [{ match: "w", nesterov: true }] });
    expect(switched.steps).toBe(0);
  });

  test("and nothing else", () => {
    const wrong = [
      // @ts-expect-error Adam has no weight decay
      () => optimize(net(), adam(), { groups: [{ match: "w", weightDecay: 0 }] }),
      // @ts-expect-error nor has the chain a momentum
      () => optimize(net(), chained, { groups: [{ match: "w", momentum: 0 }] }),
      // @ts-expect-error a switch is true or false
      () => optimize(net(), sgd(), { groups: [{ match: "w", nesterov: 1 }] }),
      // @ts-expect-error a rate is none
      () => optimize(net(), sgd(), { groups: [{ match: "w", lr: true }] }),
      // @ts-expect-error a rate is a number
      () => optimize(net(), sgd(), { groups: [{ match: "w", lr: "0.1" }] }),
    ];
    for (const make of wrong) expect(make, String(make)).toThrow(HyperparameterError);
    // @ts-expect-error a group says what it matches
    expect(() => optimize(net(), sgd(), { groups: [{ lr: 1 }] })).toThrow();
    // @ts-expect-error a number matches nothing
    expect(() => optimize(net(), sgd(), { groups: [{ match: 3 }] })).toThrow();
  });

  test("of a rule that is only known as one take any name", () => {
    const rule: Rule = adam();
    using optimizer = optimize(net(), rule, { groups: [{ match: "w", beta1: 0.5 }] });
    expect(optimizer.steps).toBe(0);
  });
});

describe("optimize", () => {
  test("takes arrays of floats, a rule and known settings", () => {
    const wrong = [
      // @ts-expect-error whole numbers cannot be optimized
      () => optimize({ w: new Int32Array(1) }, adam()),
      // @ts-expect-error nor lists
      () => optimize({ w: [1, 2] }, adam()),
      // @ts-expect-error a shape is missing
      () => optimize({ w: { data: new Float32Array(1) } }, adam()),
      // @ts-expect-error what makes a rule is none
      () => optimize(net(), adam),
      // @ts-expect-error no such setting
      () => optimize(net(), adam(), { group: [] }),
      // @ts-expect-error no such policy
      () => optimize(net(), adam(), { nonFinite: "ignore" }),
      // @ts-expect-error a backend is a value, not its name
      () => optimize(net(), adam(), { backend: "javascript" }),
      // @ts-expect-error no such type
      () => parameters({ w: [1] }, { type: "float16" }),
      // @ts-expect-error a shape is a list
      () => parameters({ w: 3 }),
    ];
    for (const make of wrong) expect(make, String(make)).toThrow();
  });
});

describe("wrappers", () => {
  test("know parameters and options as `optimize` does", () => {
    using low = galore(net(), adam(), { groups: [{ match: "w", weightDecay: 0.1, lr: 1 }] });
    expectTypeOf(low.gradients.w).toEqualTypeOf<Float32Array>();
    // @ts-expect-error Adam has no momentum
    expect(() => galore(net(), adam(), { groups: [{ match: "w", momentum: 0 }] })).toThrow();
    // @ts-expect-error no such option
    expect(() => galore(net(), adam(), { ranks: 1 })).toThrow();
    using observer = curvature(optimize(net(), sophia()));
    observer.observe({ w: [1, 2, 3, 4, 5, 6], b: [1, 2, 3] });
    // @ts-expect-error an estimate is missing
    expect(() => observer.observe({ w: [1, 2, 3, 4, 5, 6] })).toThrow("`b` is missing");
    // @ts-expect-error no optimizer
    expect(() => curvature({ steps: 3 })).toThrow();
  });
});

test("a rule of one's own has types as the built-in ones have", () => {
  const mine = defineOptimizer({
    name: "mine",
    hyper: { lr: 0.1, beta: 0.9, flip: false },
    ranges: { lr: "[0, inf)", beta: "(-1e-3, 1]" },
    state: { m: 0 },
    rule: "m = beta * m + g; u = where(flip, -m, m)",
  });
  expectTypeOf(mine()).toExtend<Rule<{ lr: number; beta: number; flip: boolean }>>();
  // @ts-expect-error it has no gamma
  expect(() => mine({ gamma: 1 })).toThrow(HyperparameterError);
  using optimizer = optimize(net(), mine(), {
    groups: [{ match: "w", flip: true, beta: () => 0 }],
  });
  expect(optimizer.steps).toBe(0);
});

test("a range is an interval of a hyperparameter that is a number", () => {
  const hyper = { lr: 0.1, every: 2, flip: false };
  const rule = "u = where(flip, every * g, g)";
  const every: Interval = "whole [1, inf)";
  expect(defineOptimizer({ name: "mine", hyper, ranges: { every }, rule }).definition.hyper).toBe(
    hyper,
  );
  const wrong = [
    // @ts-expect-error not closed
    () => defineOptimizer({ name: "mine", hyper, ranges: { lr: "[0, 1" }, rule }),
    // @ts-expect-error no number
    () => defineOptimizer({ name: "mine", hyper, ranges: { lr: "[0, one]" }, rule }),
    // @ts-expect-error a switch
    () => defineOptimizer({ name: "mine", hyper, ranges: { flip: "[0, 1]" }, rule }),
    // @ts-expect-error no such hyperparameter
    () => defineOptimizer({ name: "mine", hyper, ranges: { beta: "[0, 1]" }, rule }),
  ];
  for (const define of wrong) expect(define, String(define)).toThrow(RuleError);
});
