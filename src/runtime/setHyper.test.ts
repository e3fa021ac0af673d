import { describe, expect, it } from "vitest";
import { backends } from "../../tests/support/backends.ts";
import { chain } from "../define.ts";
import { adam } from "../optimizers/adam.ts";
import { adamw } from "../optimizers/adamw.ts";
import { muon } from "../optimizers/muon.ts";
import { prodigy } from "../optimizers/prodigy.ts";
import { sgd } from "../optimizers/sgd.ts";
import type { HyperValue, Rule } from "../rule/definition.ts";
import { HyperparameterError } from "../rule/errors.ts";
import { partition } from "../rule/partition.ts";
import { bfloat16, block8 } from "../storages.ts";
import { clipByGlobalNorm } from "../transforms/clipByGlobalNorm.ts";
import { ema } from "../transforms/ema.ts";
import { unscale } from "../transforms/unscale.ts";
import { accumulate } from "../wrappers/accumulate.ts";
import { galore } from "../wrappers/galore.ts";
import { lossScale } from "../wrappers/lossScale.ts";
import { BindingError } from "./errors.ts";
import { skipAbsent } from "./gradients/absent.ts";
import { optimize } from "./optimize.ts";
import { parameters } from "./parameters.ts";
import { getHyper, setHyper } from "./setHyper.ts";

const fresh = () => {
  const net = parameters({ a: [3, 2], b: [4], c: [2, 2] }, { type: "float64" });
  for (const { data } of Object.values(net)) data.forEach((_, i) => void (data[i] = Math.cos(i)));
  return net;
};
type Net = ReturnType<typeof fresh>;
const gradient = (step: number) => ({
  a: Float64Array.from({ length: 6 }, (_, i) => Math.sin(7 * step + i * i)),
  b: Float64Array.of(step, -1, 0.5, 2),
  c: Float64Array.of(1, -step, 0.5, 2),
});
const valuesOf = (net: Net) => Object.values(net).flatMap(({ data }) => [...data]);

/** A schedule with the values of the settings: the same without `setHyper`. */
const scheduled = (values: readonly number[]) => (step: number) =>
  values[Math.min(step, values.length) - 1]!;

describe.each(backends)("by $name", (backend) => {
  it.each<[string, (hyper: HyperValue) => Rule, string, readonly number[]]>([
    ["Adam's rate", (lr) => adam({ lr: lr as number }), "lr", [0.1, 0.1, 0.02, 0.02, 0.3]],
    [
      "Adam's decay",
      (beta1) => adam({ lr: 0.1, beta1: beta1 as number }),
      "beta1",
      [0.9, 0.5, 0.9],
    ],
    [
      "a decay that was none",
      (weightDecay) => adamw({ lr: 0.1, weightDecay: weightDecay as number }),
      "weightDecay",
      [0, 0, 0.5, 0],
    ],
    [
      "a rate of a chain with a norm of all and an average",
      (lr) => chain(clipByGlobalNorm(1), adam({ lr: lr as number }), ema(0.9)) as Rule,
      "adam.lr",
      [0.1, 0.01, 0.2],
    ],
    [
      "the limit of that norm",
      (maxNorm) =>
        chain(clipByGlobalNorm({ maxNorm: maxNorm as number }), adam({ lr: 0.1 })) as Rule,
      "maxNorm",
      [1, 0.1, 10],
    ],
    ["Muon's rate", (lr) => muon({ lr: lr as number }), "lr", [0.1, 0.02, 0.3]],
    ["Prodigy's", (lr) => prodigy({ lr: lr as number }), "lr", [1, 0.5, 2]],
  ])("%s is that of a schedule which changes so", (_, ruleOf, name, values) => {
    const [net, other] = [fresh(), fresh()];
    using optimizer = optimize(net, ruleOf(values[0]!), { backend, zeroGradients: true });
    using expected = optimize(other, ruleOf(scheduled(values)), { backend, zeroGradients: true });
    for (let step = 1; step <= values.length; step++) {
      if (step > 1) setHyper(optimizer, { [name]: values[step - 1]! });
      optimizer.gradients.a.set(gradient(step).a);
      optimizer.gradients.b.set(gradient(step).b);
      optimizer.gradients.c.set(gradient(step).c);
      optimizer.step();
      expected.step(gradient(step));
      expect(optimizer.gradients.a).toEqual(new Float64Array(6));
    }
    expect(valuesOf(net)).toEqual(valuesOf(other));
    expect(optimizer.state().parameters).toEqual(expected.state().parameters);
    expect(optimizer.evaluationWeights()).toEqual(expected.evaluationWeights());
  });

  it("for some parameters gives the same as groups", () => {
    const [net, other] = [fresh(), fresh()];
    const rule = (lr: (step: number) => number) => chain(clipByGlobalNorm(1), adam({ lr }));
    using optimizer = optimize(net, chain(clipByGlobalNorm(1), adam({ lr: 0.1 })), { backend });
    using expected = optimize(other, rule(scheduled([0.1, 0.1, 0.2, 0.2])), {
      backend,
      groups: [
        { match: "b", lr: scheduled([0.1, 0.5, 0.2, 0.3]) },
        { match: "c", lr: scheduled([0.1, 0.5, 0.2, 0.2]) },
      ],
    });
    const before = [
      () => {},
      () => setHyper(optimizer, { lr: 0.5 }, { match: /[bc]/ }),
      () => setHyper(optimizer, { "adam.lr": 0.2 }),
      () => setHyper(optimizer, { lr: 0.3 }, { match: (name) => name === "b" }),
    ];
    for (const [index, set] of before.entries()) {
      set();
      const [found, wanted] = [optimizer, expected].map((each) => each.step(gradient(index + 1)));
      expect(found!.lrs).toEqual(wanted!.lrs);
      expect(found!.gradientNorm).toBe(wanted!.gradientNorm);
    }
    expect(valuesOf(net)).toEqual(valuesOf(other));
  });
});

it("keeps states in blocks and in 16 bits, foreign arrays, and parameters that steps skipped", () => {
  const make = () => ({
    ...parameters({ a: [5000], b: [3] }),
    c: new Float32Array(20_000),
    d: new Float64Array(4),
  });
  const given = (step: number) => ({
    a: Float32Array.from({ length: 5000 }, (_, i) => Math.sin(step + i)),
    b: [step, 1, -1],
    c: Float32Array.from({ length: 20_000 }, (_, i) => Math.cos(step * i)),
    d: step === 2 ? null : [1, 2, 3, 4],
  });
  const options = {
    storage: { state: { m: bfloat16, v: block8 } },
    absent: skipAbsent,
    threads: 2,
  } as const;
  const [net, other] = [make(), make()];
  using optimizer = optimize(net, adam({ lr: 0.1 }), options);
  using expected = optimize(other, adam({ lr: scheduled([0.1, 0.1, 0.3, 0.3, 0.05]) }), options);
  for (let step = 1; step <= 5; step++) {
    if (step === 3) setHyper(optimizer, { lr: 0.3 });
    if (step === 5) setHyper(optimizer, { lr: 0.05 });
    for (const each of [optimizer, expected]) each.step(given(step));
  }
  expect(net).toEqual(other);
  const [found, wanted] = [optimizer.state(), expected.state()];
  expect(found.parameters).toEqual(wanted.parameters);
  expect(found.begun).toEqual({ parts: { d: { adam: 1 } }, shared: {} });
  expect(found.groups.map(({ storages }) => storages)).toEqual(
    wanted.groups.map(({ storages }) => storages),
  );
});

it("reads values by name and parameter", () => {
  using optimizer = optimize(fresh(), adam({ lr: 0.1 }));
  expect(getHyper(optimizer, "lr", "b")).toBe(0.1);
  setHyper(optimizer, { lr: 0.2, beta1: 0.5 }, { match: "b" });
  const all = ["a", "b", "c"].map((name) => getHyper(optimizer, "adam.lr", name));
  expect(all).toEqual([0.1, 0.2, 0.1]);
  expect(getHyper(optimizer, "beta1", "b")).toBe(0.5);
  const rate = (step: number) => 1 / step;
  setHyper(optimizer, { lr: rate });
  expect(getHyper(optimizer, "lr", "b")).toBe(rate);
  expect(optimizer.step(gradient(1)).lr).toBe(1);
  expect(optimizer.step(gradient(2)).lrs).toEqual({ a: 0.5, b: 0.5, c: 0.5 });
  // A setting of both becomes one for each, once they get different values.
  setHyper(optimizer, { beta1: 0.5 });
  setHyper(optimizer, { lr: 0.1 }, { match: "a" });
  setHyper(optimizer, { beta1: 0.7 }, { match: "a" });
  expect(["a", "b", "c"].map((name) => getHyper(optimizer, "beta1", name))).toEqual([
    0.7, 0.5, 0.5,
  ]);
});

it("sets nothing if anything is wrong", () => {
  const net = fresh();
  using optimizer = optimize(net, adam({ lr: 0.1 }));
  optimizer.step(gradient(1));
  const before = optimizer.state();
  const wrong: [object, object, string][] = [
    [{ lr: -1 }, {}, "adam: `lr` must be a number in [0, inf) or a schedule, not -1"],
    [{ lr: 0.2, beta1: 1 }, {}, "`beta1` must be a number in [0, 1)"],
    [
      { lr: 0.2, betta1: 0.5 },
      {},
      "no part of the rule has the hyperparameter `betta1`; did you mean `beta1`?",
    ],
    [{ lr: "0.2" }, {}, "`lr` must be a number"],
    [null as never, {}, "the second argument must be an object"],
    [{ lr: 0.2 }, { match: "x" }, "match (x) matches none of a, b, c"],
    [{ lr: 0.2 }, { only: "a" }, "unknown option `only`"],
  ];
  for (const [settings, options, message] of wrong) {
    expect(() => setHyper(optimizer, settings as never, options), message).toThrow(message);
  }
  expect(optimizer.state()).toEqual(before);
  expect(getHyper(optimizer, "lr", "a")).toBe(0.1);
  expect(() => getHyper(optimizer, "lr", "x")).toThrow(BindingError);
  expect(() => getHyper(optimizer, "momentum", "a")).toThrow(HyperparameterError);
  expect(() => setHyper({} as never, { lr: 1 })).toThrow(
    "the first argument must be an optimizer, which optimize() returns",
  );
  using nesterov = optimize(fresh(), sgd({ lr: 0.1 }));
  expect(() => setHyper(nesterov, { nesterov: true } as never)).toThrow("changes the rule itself");
  expect(() => setHyper(nesterov, { momentum: 0.9 })).toThrow("keeps other state");
  expect(nesterov.step(gradient(1)).lr).toBe(0.1);
});

it("sets it in those rules of a partition that have it", () => {
  const rule = partition([{ match: "a", rule: sgd({ lr: 1 }) }], adam({ lr: 0.1 }));
  using optimizer = optimize(fresh(), rule);
  setHyper(optimizer, { beta1: 0.5, lr: 0.3 });
  expect(getHyper(optimizer, "beta1", "b")).toBe(0.5);
  expect(optimizer.step(gradient(1)).lrs).toEqual({ a: 0.3, b: 0.3, c: 0.3 });
});

describe("a saved state", () => {
  const make = (net: Net) => optimize(net, adam({ lr: 0.1 }));

  it("contains numbers that were set, and restores them", () => {
    const [net, other] = [fresh(), fresh()];
    using optimizer = make(net);
    optimizer.step(gradient(1));
    setHyper(optimizer, { lr: 0.3 });
    setHyper(optimizer, { lr: 0.5 }, { match: "b" });
    const state = JSON.parse(JSON.stringify(optimizer.state().groups));
    expect(state.map(({ hyper }: { hyper: object }) => hyper)).toMatchObject([
      { "adam.lr": 0.3, "adam.beta1": 0.9 },
      { "adam.lr": 0.5 },
    ]);
    const saved = structuredClone(optimizer.state());
    for (const name of ["a", "b", "c"] as const) other[name].data.set(net[name].data);
    using resumed = make(other);
    expect(resumed.restore(saved).differences).toEqual([]);
    expect(getHyper(resumed, "lr", "c")).toBe(0.3);
    for (const each of [optimizer, resumed]) {
      expect(each.step(gradient(2)).lrs).toEqual({ a: 0.3, b: 0.5, c: 0.3 });
    }
    expect(valuesOf(other)).toEqual(valuesOf(net));
    expect(resumed.state()).toEqual(optimizer.state());
    // Back to the saved value, in the same optimizer.
    setHyper(resumed, { lr: 7 });
    resumed.restore(saved);
    expect(getHyper(resumed, "lr", "b")).toBe(0.5);
    expect(resumed.state().groups).toEqual(saved.groups);
  });

  it("works for a wrapper, with other names, and if it does not fit", () => {
    const wrapped = (net: Net) => accumulate(net, adam({ lr: 0.1 }), { steps: 2 });
    using optimizer = wrapped(fresh());
    setHyper(optimizer, { lr: 0.4 }, { match: "c" });
    const saved = structuredClone(optimizer.state());
    using other = wrapped(fresh());
    const rename = { c: "a", a: "c" };
    const shapes = { ...saved.shapes, a: [2, 2], c: [3, 2] };
    expect(() => other.restore({ ...saved, shapes }, { rename })).toThrow();
    expect(getHyper(other, "lr", "a")).toBe(0.1);
    const swapped = parameters({ c: [3, 2], b: [4], a: [2, 2] }, { type: "float64" });
    using third = accumulate(swapped, adam({ lr: 0.1 }), { steps: 2 });
    third.restore(saved, { rename });
    expect(["a", "b", "c"].map((name) => getHyper(third, "lr", name))).toEqual([0.4, 0.1, 0.1]);
  });

  it("does not change a schedule of the rule", () => {
    using optimizer = make(fresh());
    setHyper(optimizer, { lr: 0.4 });
    using other = optimize(fresh(), adam({ lr: (step) => 1 / step }));
    const { hyper } = other.restore(optimizer.state());
    expect(hyper).toMatchObject([{ name: "adam.lr", saved: 0.4 }]);
    expect(other.step(gradient(1)).lr).toBe(1);
  });
});

describe("rules that a wrapper cannot wrap are refused", () => {
  it("galore: a rule that would read the parameters", () => {
    using optimizer = galore(fresh(), adamw({ weightDecay: 0 }), { rank: 1 });
    expect(() => setHyper(optimizer, { weightDecay: 0.1 })).toThrow("reads the parameters");
    setHyper(optimizer, { lr: 0.5 });
    expect(optimizer.step(gradient(1)).lr).toBe(0.5);
  });

  it("accumulate: a scale that would change in the middle of a sum", () => {
    using optimizer = accumulate(fresh(), chain(unscale(8), adam()), { steps: 2 });
    expect(() => setHyper(optimizer, { scale: lossScale() })).toThrow("accumulate: `unscale`");
  });
});

it("parameters of two ages keep their ages", () => {
  const [net, other] = [fresh(), fresh()];
  const state = () => {
    using first = optimize({ a: fresh().a }, adam({ lr: 0.1 }));
    for (const step of [1, 2]) first.step({ a: gradient(step).a });
    return first.state();
  };
  using optimizer = optimize(net, adam({ lr: 0.1 }));
  using expected = optimize(other, adam({ lr: scheduled([0.1, 0.1, 0.5]) }));
  for (const each of [optimizer, expected]) each.restore(state(), { partial: true });
  setHyper(optimizer, { lr: 0.5 });
  for (const each of [optimizer, expected]) each.step(gradient(3));
  expect(valuesOf(net)).toEqual(valuesOf(other));
  expect(optimizer.state().begun).toEqual(expected.state().begun);
});
