import { describe, expect, it } from "vitest";
import {
  adam,
  adamw,
  DisposedError,
  EvaluationError,
  frozen,
  optimize,
  parameters,
  partition,
  RestoreError,
  type Rule,
  reduceOnPlateau,
  type SavedState,
  type StoredArray,
} from "../../index.ts";

const shapes = { w: [2, 3], b: [3] };
const ones = (net: object) =>
  Object.fromEntries(
    Object.entries(net).map(([name, { data }]) => [name, new Float32Array(data.length).fill(1)]),
  );

/** An optimizer after some steps. */
function trained(
  rule: Rule = adam(),
  sizes: Record<string, readonly number[]> = shapes,
  steps = 3,
) {
  const net = parameters(sizes);
  const optimizer = optimize(net, rule);
  for (let step = 0; step < steps; step++) optimizer.step(ones(net));
  return optimizer;
}

const fresh = (rule?: Rule, sizes?: Record<string, readonly number[]>) => trained(rule, sizes, 0);

function differencesOf(act: () => unknown): readonly string[] {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(RestoreError);
    return (error as RestoreError).differences;
  }
  throw new Error("nothing was refused");
}

describe("a state", () => {
  it("is a copy that later steps do not change, and can be restored any number of times", () => {
    const optimizer = trained();
    const saved = optimizer.state();
    const before = structuredClone(saved);
    optimizer.step(ones(optimizer.parameters));
    expect(saved).toEqual(before);
    expect(optimizer.restore(saved)).toEqual({
      ...{ step: 3, restored: ["b", "w"], differences: [], hyper: [] },
    });
    expect(optimizer.steps).toBe(3);
    expect(optimizer.state()).toEqual(before);
  });

  it("names the maths and hyperparameters that it comes from", () => {
    const { groups, shapes: saved, version } = trained(adam({ lr: (step) => 1 / step })).state();
    expect(version).toBe(2);
    expect({ ...saved }).toEqual(shapes);
    expect(groups).toEqual([
      {
        parameters: ["b", "w"],
        rule: expect.stringMatching(/^adam:[0-9a-f]{8}$/),
        hyper: { "adam.lr": "lr", "adam.beta1": 0.9, "adam.beta2": 0.999, "adam.eps": 1e-8 },
        shared: [],
      },
    ]);
  });

  it("keeps a parameter called __proto__ like any other", () => {
    const sizes = JSON.parse('{ "__proto__": [2], "constructor": [1] }');
    const optimizer = trained(adam(), sizes);
    const second = fresh(adam(), sizes);
    second.restore(optimizer.state());
    expect(second.state()).toEqual(optimizer.state());
    expect(Object.keys(second.state().parameters)).toEqual(["__proto__", "constructor"]);
    expect(({} as Record<string, unknown>)["adam.m"]).toBeUndefined();
  });
});

describe("a state that does not fit", () => {
  it("is refused with all differences, and nothing is changed", () => {
    const saved = trained(adam(), { w: [3, 2], old: [1], b: [3] }).state();
    const optimizer = trained(adamw(), { w: [2, 3], b: [3], fresh: [2] }, 5);
    const before = optimizer.state();
    const differences = differencesOf(() => optimizer.restore(saved));
    expect(differences).toEqual([
      expect.stringMatching(/^parameter `b`: the rule is adamw:\w+, but it was saved as adam:\w+$/),
      "parameter `b`: its state `adamw.m` was not saved",
      "parameter `b`: its state `adamw.v` was not saved",
      "parameter `b`: it has no state `adam.m` now",
      "parameter `b`: it has no state `adam.v` now",
      "parameter `fresh` was not saved",
      "parameter `w`: the shape is [2,3], but it was saved as [3,2]",
      "there is no parameter `old` now",
    ]);
    expect(optimizer.state()).toEqual(before);
    expect(() => optimizer.restore(saved)).toThrow("the saved state does not fit: parameter `b`");
  });

  it("may have another type, length or rule text, or a state that no longer exists", () => {
    const saved = trained().state();
    const m = saved.parameters["w"]!["adam.m"]!;
    const change = (arrays: object): SavedState => ({
      ...saved,
      parameters: { ...saved.parameters, w: { ...saved.parameters["w"], ...arrays } },
    });
    const refused = (state: unknown) => differencesOf(() => fresh().restore(state as SavedState));
    expect(refused(change({ "adam.m": Float64Array.from(m) }))).toEqual([
      "parameter `w`: its state `adam.m` has 6 of float32, but it was saved with 6 of float64: pass { convert: true }",
    ]);
    expect(refused(change({ "adam.m": m.slice(1) }))).toEqual([
      "parameter `w`: its state `adam.m` has 6 of float32, but it was saved with 5 of float32",
    ]);
    expect(refused({ ...saved, version: 3 })).toEqual([expect.stringContaining("in form 3")]);
    for (const nothing of [undefined, null, 7, "state", {}, []]) {
      expect(refused(nothing)).toEqual([expect.stringMatching("this is not an optimizer state")]);
    }
    expect(refused({ ...saved, step: -1 })).toEqual(["`step` must be a whole number, not -1"]);
    expect(refused({ ...saved, step: 2 ** 53 })).toHaveLength(1);
    expect(refused({ ...saved, groups: 3 })).toEqual([
      "a state must have groups, shapes, parameters, schedules, and the steps at which they began",
    ]);
    const other = partition([
      { match: "w", rule: adam() },
      { match: "b", rule: frozen },
    ]);
    expect(differencesOf(() => fresh(other as unknown as Rule).restore(saved))).toEqual([
      expect.stringMatching(/^parameter `b`: the rule is frozen, but it was saved as adam:/),
      "parameter `b`: it has no state `adam.m` now",
      "parameter `b`: it has no state `adam.v` now",
    ]);
  });

  it("lists at most fifty in its message, and all in the error", () => {
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`p${i}`, [1]]));
    const act = () => fresh(adam(), many).restore(trained().state());
    expect(differencesOf(act)).toHaveLength(62);
    expect(act).toThrow(/; and 12 more$/);
  });

  it("is accepted in a partial restore, and reported", () => {
    const saved = trained(adam(), { w: [2, 3], b: [3], gone: [1] }).state();
    const optimizer = fresh(adam(), { w: [2, 3], b: [4], added: [2] });
    const report = optimizer.restore(saved, { partial: true });
    expect(report.step).toBe(3);
    expect(report.restored).toEqual(["w"]);
    expect(report.differences).toEqual([
      "parameter `added` was not saved",
      "parameter `b`: the shape is [4], but it was saved as [3]",
      "there is no parameter `gone` now",
    ]);
    const { w, added } = optimizer.state().parameters;
    expect(w).toEqual(saved.parameters["w"]);
    expect([...added!["adam.m"]!]).toEqual([0, 0]);
  });
});

describe("differences that are allowed", () => {
  it("names, through a map or a function", () => {
    const saved = trained(adam(), { "0.weight": [2, 3], "0.bias": [3] }).state();
    const byMap = fresh();
    byMap.restore(saved, { rename: { "0.weight": "w", "0.bias": "b" } });
    const byFunction = fresh();
    byFunction.restore(saved, { rename: (name) => name.slice(2, 3) });
    expect(byMap.state()).toEqual(byFunction.state());
    expect(byMap.state().parameters["w"]).toEqual(saved.parameters["0.weight"]);
    expect(differencesOf(() => fresh().restore(saved, { rename: () => "w" }))).toEqual([
      "rename: two parameters would be `w`",
    ]);
  });

  it("hyperparameters and the seed: the present ones stay, and the report lists them", () => {
    const saved = trained(adam({ lr: 0.1, beta1: 0.8 })).state();
    const net = parameters(shapes);
    const optimizer = optimize(net, adam({ lr: (step) => 1 / step }), {
      ...{ seed: 4, groups: [{ match: "b", beta1: 0.8 }] },
    });
    const both = ["b", "w"];
    expect(optimizer.restore(saved).hyper).toEqual([
      { parameters: both, name: "adam.lr", saved: 0.1, now: "lr" },
      { parameters: ["w"], name: "adam.beta1", saved: 0.8, now: 0.9 },
      { parameters: both, name: "seed", saved: 0, now: 4 },
    ]);
    expect(optimizer.step(ones(net) as never).lr).toBe(1 / 4);
  });

  it("the place of arrays: they may be stored elsewhere", () => {
    const first = trained();
    const stored = (array: Float32Array): StoredArray => ({
      ...{ type: "float32", length: array.length },
      read: () => array.slice(),
    });
    const state = first.state();
    const parameters = Object.fromEntries(
      Object.entries(state.parameters).map(([name, slots]) => [
        name,
        Object.fromEntries(
          Object.entries(slots).map(([slot, array]) => [slot, stored(array as Float32Array)]),
        ),
      ]),
    );
    const second = fresh();
    second.restore({ ...state, parameters, nested: {} });
    expect(second.state()).toEqual(state);
  });
});

it("a restore is refused inside evaluate() and after dispose(), and by a schedule that cannot take its state", () => {
  const optimizer = trained();
  const saved = optimizer.state();
  expect(() => optimizer.evaluate(() => optimizer.restore(saved))).toThrow(EvaluationError);
  const [one, two] = [1, 2].map((initial) => reduceOnPlateau({ initial })) as [never, never];
  const rule = adam({ lr: one, beta2: two });
  const plateaus = trained(rule, shapes, 0);
  const before = plateaus.state();
  const [first, second] = before.schedules;
  const schedules = [
    { ...first!, state: { ...(first!.state as object), value: 0.5 } },
    { ...second!, state: 7 },
  ];
  expect(() => plateaus.restore({ ...trained(rule, shapes, 0).state(), schedules })).toThrow(
    "reduceOnPlateau.restore",
  );
  expect(plateaus.state()).toEqual(before);
  optimizer.dispose();
  expect(() => optimizer.restore(saved)).toThrow(DisposedError);
});

it("counts steps and draws beyond 2^32", () => {
  const net = parameters(shapes);
  const optimizer = optimize(net, adam());
  const far = { ...optimizer.state(), step: 2 ** 33 };
  optimizer.restore(far);
  expect(optimizer.step(ones(net) as never).step).toBe(2 ** 33 + 1);
  expect(optimizer.state().step).toBe(2 ** 33 + 1);
  // Bias correction has ended: for a gradient of 1, m is 0.1 and v is 0.001.
  expect(net.b.data[0]).toBeCloseTo((-1e-3 * 0.1) / Math.sqrt(0.001), 8);
});
