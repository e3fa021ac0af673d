/** When something begins: parameters and parts that join a run, and weights that are loaded behind `optimize()`. */
import { describe, expect, test } from "vitest";
import {
  accumulate,
  adam,
  addNoise,
  chain,
  dog,
  ema,
  frozen,
  galore,
  lookahead,
  mechanize,
  type OptimizeOptions,
  optimize,
  parameters,
  partition,
  polynomialAverage,
  prodigy,
  type Rule,
  type SavedState,
  scheduleFreeAdamw,
  scheduleFreeSgd,
  sgd,
  swa,
} from "../../src/index.ts";
import { valued, valuesOf } from "../support/situations.ts";

type Values = Readonly<Record<string, readonly number[]>>;

/** A run over these parameters that goes on from a state, with gradients of 1 everywhere. */
function going<const V extends Values>(
  rule: Rule,
  start: V,
  from?: SavedState,
  options: OptimizeOptions = {},
) {
  const net = valued(start);
  const optimizer = optimize(net, rule, options);
  if (from !== undefined) optimizer.restore(from, { partial: true });
  const ones = Object.fromEntries(
    Object.keys(start).map((name) => [name, start[name]!.map(() => 1)]),
  );
  const steps = (count: number) => {
    for (let i = 0; i < count; i++) optimizer.step(ones as never, { loss: 1 });
    return optimizer.state();
  };
  return { net, optimizer, steps };
}

/** Adam's first step is the whole rate, whatever the gradient is. */
const rate = expect.closeTo(-0.1, 8);

describe("a parameter that joins a run at step 1000 makes Adam's first step, of the whole rate:", () => {
  const rule = () => adam({ lr: 0.1 });
  const saved = going(rule(), { a: [0] }).steps(1000);

  test("it was added", () => {
    const { net, steps } = going(rule(), { a: [0], added: [0] }, saved);
    steps(1);
    expect(net.added.data[0]).toEqual(rate);
  });

  test("it was frozen so far", () => {
    const before = partition([{ match: "b", rule: frozen }], rule());
    const state = going(before, { a: [0], b: [0] }).steps(1000);
    const { net, steps } = going(rule(), { a: [0], b: [0] }, state);
    steps(1);
    expect(net.b.data[0]).toEqual(rate);
  });

  test("its shape is another now", () => {
    const { net, steps } = going(rule(), { a: [0, 0] }, saved);
    steps(1);
    expect([...net.a.data]).toEqual([rate, rate]);
  });

  test("its rule was SGD so far", () => {
    const before = partition([{ match: "b", rule: sgd() }], rule());
    const state = going(before, { a: [0], b: [0] }).steps(1000);
    const { net, steps } = going(rule(), { a: [0], b: [0] }, state);
    steps(1);
    expect(net.b.data[0]).toEqual(rate);
  });

  test("and its schedule is at the run's step all the same", () => {
    const asked = new Set<number>();
    const lr = (step: number) => {
      asked.add(step);
      return 0.1;
    };
    const { net, steps } = going(adam({ lr }), { a: [0], added: [0] }, saved);
    asked.clear();
    steps(1);
    expect([...asked]).toEqual([1001]);
    expect(net.added.data[0]).toEqual(rate);
  });
});

describe("wrappers: a parameter that joins at update 50 makes Adam's first step", () => {
  test("of accumulate", () => {
    const first = accumulate(valued({ a: [0] }), adam({ lr: 0.1 }), { steps: 1 });
    for (let i = 0; i < 50; i++) first.step({ a: [1] });
    const net = valued({ a: [0], b: [0] });
    const second = accumulate(net, adam({ lr: 0.1 }), { steps: 1 });
    second.restore(first.state(), { partial: true });
    second.step({ a: [1], b: [1] });
    expect(net.b.data[0]).toEqual(rate);
  });

  test("of galore, along directions of its own, which others take anew at update 200", () => {
    const options = { rank: 1, every: 200 };
    const first = galore(parameters({ a: [2, 2] }), adam({ lr: 0.1 }), options);
    for (let i = 0; i < 50; i++) first.step({ a: [1, 1, 1, 1] });
    const net = parameters({ a: [2, 2], b: [2, 2] });
    const second = galore(net, adam({ lr: 0.1 }), options);
    second.restore(first.state(), { partial: true });
    const before = second.state().parameters["a"]!["galore.basis"];
    second.step({ a: [1, -1, 1, 1], b: [1, 1, 1, 1] });
    // The direction is (1, 1) / √2, and Adam's first step along it 0.1.
    for (const value of net.b.data) expect(value).toBeCloseTo(-0.1 / Math.SQRT2, 6);
    expect(second.state().parameters["a"]!["galore.basis"]).toEqual(before);
  });
});

test("a parameter that was renamed is as old as it was", () => {
  const saved = going(adam(), { old: [0] }).steps(7);
  const net = valued({ name: [0], added: [0] });
  const optimizer = optimize(net, adam());
  optimizer.restore(saved, { partial: true, rename: { old: "name" } });
  expect(optimizer.state().begun.parts).toEqual({ added: { adam: 7 } });
});

test("ages are saved: an added parameter is 3 steps old behind two saves, bit for bit", () => {
  const rule = () => chain(adam({ lr: 0.1 }), ema({ decay: 0.5, debias: true }));
  const first = going(rule(), { a: [0] }).steps(5);
  const added = going(rule(), { a: [0], b: [0] }, first);
  const whole = added.steps(3);
  const one = going(rule(), { a: [0], b: [0] }, first);
  let state = structuredClone(one.steps(1)) as SavedState;
  const weights = valuesOf(one.net);
  for (let i = 0; i < 2; i++) {
    const next = going(rule(), weights as Values, state);
    state = structuredClone(next.steps(1));
    Object.assign(weights, valuesOf(next.net));
  }
  expect(weights).toEqual(valuesOf(added.net));
  expect(state).toEqual(whole);
});

describe("weights are loaded into the arrays behind optimize(), and", () => {
  /** As when they had been there at binding. */
  test.each<[string, () => Rule]>([
    ["ema", () => chain(sgd({ lr: 0.1 }), ema(0.5))],
    ["swa", () => chain(sgd({ lr: 0.1 }), swa({ start: 2 }))],
    ["polynomialAverage", () => chain(sgd({ lr: 0.1 }), polynomialAverage())],
    ["lookahead", () => chain(sgd({ lr: 0.1 }), lookahead({ syncPeriod: 2 }))],
    ["mechanize", () => chain(adam(), mechanize())],
    ["dog", () => dog()],
    ["prodigy", () => prodigy()],
    ["scheduleFreeSgd", () => scheduleFreeSgd({ lr: 0.1 })],
    ["scheduleFreeAdamw", () => scheduleFreeAdamw({ lr: 0.1 })],
    [
      "an average in one branch",
      () => partition([{ match: "a", rule: chain(sgd(), ema(0.5)) }], adam()),
    ],
  ])("%s begins with them", (_, rule) => {
    const start = { a: [3, -4], b: [7] };
    const loaded = going(rule(), { a: [0, 0], b: [0] });
    loaded.net.a.data.set(start.a);
    loaded.net.b.data.set(start.b);
    const bound = going(rule(), start);
    expect(loaded.steps(3)).toEqual(bound.steps(3));
    expect(valuesOf(loaded.net)).toEqual(valuesOf(bound.net));
    expect(loaded.optimizer.evaluationWeights()).toEqual(bound.optimizer.evaluationWeights());
  });

  test("ema is halfway from them to those behind the first step", () => {
    const { net, steps } = going(chain(sgd({ lr: 1 }), ema(0.5)), { w: [0] });
    net.w.data[0] = 10;
    expect([...steps(1).parameters["w"]!["ema.average"]!]).toEqual([9.5]);
  });

  test("ema of a run that goes on is what was saved, not the weights", () => {
    const rule = () => chain(sgd({ lr: 1 }), ema(0.5));
    const saved = going(rule(), { w: [10] }).steps(1);
    const { net, steps } = going(rule(), { w: [0] }, saved);
    net.w.data[0] = 9;
    // (9.5 + 8) / 2
    expect([...steps(1).parameters["w"]!["ema.average"]!]).toEqual([8.75]);
  });
});

describe("what is put behind the optimizer when a run goes on begins then:", () => {
  const saved = going(sgd({ lr: 1 }), { w: [10] }).steps(5);

  test("an average, with the weights as they are", () => {
    const { steps } = going(chain(sgd({ lr: 1 }), ema(0.5)), { w: [5] }, saved);
    expect([...steps(1).parameters["w"]!["ema.average"]!]).toEqual([4.5]);
  });

  test("swa from the third step of its own on, not of the run's", () => {
    const { optimizer, steps } = going(chain(sgd({ lr: 1 }), swa({ start: 3 })), { w: [5] }, saved);
    steps(2);
    expect([...optimizer.evaluationWeights().w]).toEqual([3]);
    steps(2);
    // The mean of 2 and 1.
    expect([...optimizer.evaluationWeights().w]).toEqual([1.5]);
  });

  test("lookahead goes back at its own second step", () => {
    const around = chain(sgd({ lr: 1 }), lookahead({ syncPeriod: 2, slowStepSize: 0.5 }));
    const { net, steps } = going(around, { w: [5] }, saved);
    steps(2);
    expect([...net.w.data]).toEqual([4]);
  });
});

describe("what all parameters share", () => {
  test("of Prodigy, an added parameter takes over", () => {
    const state = going(prodigy(), { a: [1] }).steps(20);
    const d = state.parameters["a"]!["prodigy.d"]![0]!;
    expect(d).toBeGreaterThan(1e-6);
    const { optimizer, steps } = going(prodigy(), { a: [0.9], b: [1] }, state);
    expect(optimizer.state().parameters["b"]!["prodigy.d"]![0]).toBe(d);
    const { a, b } = steps(3).parameters;
    expect(b!["prodigy.d"]).toEqual(a!["prodigy.d"]);
    expect(b!["prodigy.numerator"]).toEqual(a!["prodigy.numerator"]);
  });

  test("of DoG is not begun anew by an added parameter: its `t == 1` is the state's", () => {
    const state = going(dog(), { a: [1] }).steps(20);
    const distance = state.parameters["a"]!["dog.distance"]![0]!;
    const { steps } = going(dog(), { a: [1], b: [1000] }, state);
    const { a, b } = steps(1).parameters;
    expect(a!["dog.distance"]![0]).toBeGreaterThanOrEqual(distance);
    // Anew it would be 1e-6 times 1001.
    expect(a!["dog.distance"]![0]).toBeLessThan(5e-4);
    expect(b!["dog.distance"]).toEqual(a!["dog.distance"]);
  });

  test("begins once where nothing of it was saved", () => {
    const state = going(sgd(), { a: [1] }).steps(20);
    const { net, steps } = going(dog(), { a: [1], b: [1] }, state);
    const fresh = going(dog(), { a: [1], b: [1] });
    steps(2);
    fresh.steps(2);
    expect(valuesOf(net)).toEqual(valuesOf(fresh.net));
  });
});

test("noise is drawn by the run's step: an added parameter changes nobody's", () => {
  const rule = () => chain(addNoise({ eta: 1, gamma: 0 }), sgd({ lr: 1 }));
  const saved = going(rule(), { a: [0, 0] }).steps(3);
  const [alone, joined] = [
    going(rule(), { a: [0, 0] }, saved),
    going(rule(), { a: [0, 0], b: [0, 0] }, saved),
  ];
  alone.steps(2);
  joined.steps(2);
  expect(valuesOf(joined.net)["a"]).toEqual(valuesOf(alone.net)["a"]);
  expect(valuesOf(joined.net)["b"]).not.toEqual([0, 0]);
});
