/** States in 16 bits beside whatever else an optimizer does. */
import { describe, expect, it } from "vitest";
import { decoded, encoded, ownStorage } from "../../tests/support/storages.ts";
import {
  accumulate,
  adafactor,
  adagrad,
  adam,
  adamw,
  bfloat16,
  chain,
  curvature,
  defineOptimizer,
  ema,
  float16,
  frozen,
  galore,
  javascript,
  lamb,
  lookahead,
  masked,
  momentum,
  momo,
  muon,
  type OptimizeOptions,
  optimize,
  type ParameterSource,
  parameters,
  partition,
  privatize,
  type Rule,
  rprop,
  sam,
  scheduleFreeSgd,
  shampoo,
  skipAbsent,
  soap,
  sophia,
  sparse,
  swa,
  trustRatio,
  webassembly,
} from "../index.ts";
import { mapped } from "./state.ts";

const shapes = { w: [6, 7], b: [5] } as const;

const number = (i: number, t: number): number =>
  Math.fround(((i * 7919 + t * 104_729) % 101) / 50 - 1);

function netOf<S extends Readonly<Record<string, readonly number[]>>>(of: S) {
  const net = parameters(of);
  for (const { data } of Object.values(net)) {
    data.forEach((_, i) => void (data[i] = number(i, 1)));
  }
  return net;
}

const gradientsOf = (net: object, t: number) =>
  mapped(net as Record<string, { data: Float32Array }>, ({ data }) =>
    data.map((value, i) => value + number(i, 100 + t)),
  ) as never;

type Options = OptimizeOptions;
const storage = { state: bfloat16 };

/** Steps of a net, and what it comes to. */
function train(rule: Rule, options: Options = {}, net: ParameterSource = netOf(shapes), steps = 4) {
  using optimizer = optimize(net, rule, { storage, threads: 1, ...options });
  for (let t = 1; t <= steps; t++)
    optimizer.step(gradientsOf(optimizer.parameters, t), { loss: 1 });
  return seenOf(optimizer);
}

function seenOf(optimizer: ReturnType<typeof optimize<ParameterSource, never>>) {
  return {
    values: mapped(optimizer.parameters as Record<string, { data: Float32Array }>, ({ data }) => [
      ...data,
    ]),
    state: optimizer.state().parameters,
  };
}

describe("states in 16 bits are the same bits", () => {
  const long = { w: [400, 251], b: [5] } as const;

  it.each([
    ["adam", () => adam()],
    ["what reduces", () => chain(adam(), trustRatio()) as Rule],
    ["what works by rows", () => adafactor() as Rule],
  ])("on two threads: %s", (_, make) => {
    const net = () => netOf(long);
    expect(train(make() as Rule, { threads: 2 }, net(), 2)).toEqual(
      train(make() as Rule, {}, net(), 2),
    );
  });

  it.each([
    ["lamb", () => lamb() as Rule],
    ["momo", () => momo() as Rule],
    ["adam with trustRatio", () => chain(adam(), trustRatio()) as Rule],
  ])("whether or not gradients are checked: %s", (_, make) => {
    expect(train(make(), { nonFinite: "allow" })).toEqual(train(make()));
  });

  it("of arrays that lie elsewhere, block by block", () => {
    const own = netOf(long);
    const foreign = mapped(own, ({ data, shape }) => ({ data: data.slice(), shape }));
    expect(train(adam(), {}, foreign, 2)).toEqual(train(adam(), {}, own, 2));
  });

  it("of gradients that are written in place, and set to zero behind the step", () => {
    const net = netOf(shapes);
    using optimizer = optimize(net, adam(), { storage, zeroGradients: true });
    for (let t = 1; t <= 4; t++) {
      const given = gradientsOf(net, t) as Record<string, Float32Array>;
      for (const name of ["w", "b"] as const) optimizer.gradients[name].set(given[name]!);
      optimizer.step();
      expect(optimizer.gradients.w.every((each) => each === 0)).toBe(true);
    }
    expect(seenOf(optimizer as never)).toEqual(train(adam()));
  });

  it("in groups", () => {
    const grouped = train(adam({ lr: 0.1 }), { groups: [{ match: "b", lr: 0.2 }] as never });
    const b = train(adam({ lr: 0.2 }), {}, netOf({ b: [5] }));
    expect(grouped.values["b"]).toEqual(b.values["b"]);
    expect(grouped.state["b"]).toEqual(b.state["b"]);
  });

  it.each([webassembly, javascript])("of some rows, by $name: others keep theirs", (backend) => {
    const [rows, width] = [[4, 1], 7];
    const pick = (array: ArrayLike<number>) =>
      rows.flatMap((row) => Array.from({ length: width }, (_, i) => array[row * width + i]!));
    const net = netOf({ w: shapes.w });
    const few = parameters({ w: [2, width] });
    few.w.data.set(pick(net.w.data));
    using some = optimize(net, momentum(), { storage, backend });
    using all = optimize(few, momentum(), { storage, backend });
    const kept = some.stateViews().parameters["w"]!["momentum.v"]! as Uint16Array;
    kept.fill(bfloat16.encoding!.encode(3));
    (all.stateViews().parameters["w"]!["momentum.v"]! as Uint16Array).set(kept.subarray(0, 14));
    for (let t = 1; t <= 3; t++) {
      const w = Float32Array.from({ length: 14 }, (_, i) => number(i, t));
      some.step({ w: sparse(rows, w) });
      all.step({ w });
    }
    expect(pick(net.w.data)).toEqual([...few.w.data]);
    expect(pick(kept)).toEqual([...all.state().parameters["w"]!["momentum.v"]!]);
    expect(new Set(kept.subarray(0, 7))).toEqual(new Set([bfloat16.encoding!.encode(3)]));
  });

  it("where a step is given no gradient of some: these keep theirs", () => {
    const net = netOf(shapes);
    using optimizer = optimize(net, adam(), { storage, absent: skipAbsent });
    optimizer.step(gradientsOf(net, 1));
    const before = optimizer.state().parameters["b"];
    optimizer.step({ ...(gradientsOf(net, 2) as object), b: null } as never);
    expect(optimizer.state().parameters["b"]).toEqual(before);
  });
});

describe("a state is kept as its name says", () => {
  const kept = (rule: Rule, state: object, net: ParameterSource = netOf(shapes)) => {
    using optimizer = optimize(net, rule, { storage: { state: state as never } });
    return optimizer.state().groups.map(({ storages }) => storages);
  };

  it("alone, or with its part's, which comes first", () => {
    expect(kept(adam(), { m: bfloat16 })).toEqual([{ "adam.m": "bfloat16" }]);
    expect(kept(adam(), { "adam.v": float16, m: bfloat16 })).toEqual([
      { "adam.m": "bfloat16", "adam.v": "float16" },
    ]);
    const twice = chain(adam(), ema(0.9), ema(0.5)) as Rule;
    const expected = [{ "ema.average": "bfloat16", "ema#2.average": "float16" }];
    expect(kept(twice, { average: bfloat16, "ema#2.average": float16 })).toEqual(expected);
    expect(kept(twice, { "ema#2.average": float16, average: bfloat16 })).toEqual(expected);
  });

  it("in branches of a partition and behind a mask", () => {
    const rule = partition([
      { match: "w", rule: chain(momentum(), masked("w", ema(0.9))) as Rule },
      { match: "b", rule: adam() },
    ]) as unknown as Rule;
    expect(kept(rule, bfloat16)).toEqual([
      { "adam.m": "bfloat16", "adam.v": "bfloat16" },
      { "momentum.v": "bfloat16", "ema.average": "bfloat16" },
    ]);
    const some = partition([
      { match: "w", rule: frozen },
      { match: "b", rule: adam() },
    ]) as unknown as Rule;
    expect(kept(some, { v: float16 })).toEqual([{ "adam.v": "float16" }]);
  });

  it("but for what whole matrices are made of, lines, numbers, and parameters of float64", () => {
    const types = (rule: Rule) => {
      using optimizer = optimize(netOf({ w: [4, 3] }), rule, { storage });
      return mapped(optimizer.state().parameters["w"]!, (array) => array.BYTES_PER_ELEMENT);
    };
    expect(types(muon())).toEqual({ "muon.m": 2 });
    expect(types(adafactor())).toEqual({ "adafactor.r": 4, "adafactor.c": 4 });
    expect(types(shampoo({ momentum: 0.9 }))).toMatchObject({ "shampoo.l": 4, "shampoo.m": 2 });
    expect(types(soap())).toMatchObject({ "soap.m": 4, "soap.v": 2, "soap.lBasis": 4 });
    const wide = { a: new Float64Array(3), b: new Float32Array(3) };
    using optimizer = optimize(wide, adam(), { storage });
    const state = optimizer.state();
    expect(state.parameters["a"]!["adam.m"]).toEqual(new Float64Array(3));
    expect(state.parameters["b"]!["adam.m"]).toEqual(new Uint16Array(3));
    expect(state.groups.map(({ storages }) => storages)).toEqual([
      undefined,
      { "adam.m": "bfloat16", "adam.v": "bfloat16" },
    ]);
  });

  it("but for what the weights to evaluate take whole", () => {
    const own = defineOptimizer({
      ...{ name: "own", hyper: { lr: 0.1 }, state: { m: 0, v: 0 } },
      rule: "m = 0.5 * m + g\nv = 0.5 * v + g^2\nu = m * v",
      evaluation: "matmul(matmul(m, transpose(m)), m)",
    });
    const evaluationOf = (options: object) => {
      const net = netOf({ w: [4, 3] });
      using optimizer = optimize(net, own(), options);
      optimizer.step(gradientsOf(net, 1));
      return [optimizer.evaluation().w, optimizer.state().groups[0]!.storages];
    };
    expect(evaluationOf({ storage })).toEqual([evaluationOf({})[0], { "own.v": "bfloat16" }]);
  });
});

describe("a state starts from what stands for", () => {
  it("its number", () => {
    const start = (rule: Rule) => {
      using optimizer = optimize({ w: new Float32Array(2) }, rule, { storage });
      return optimizer.state().parameters["w"];
    };
    const accumulator = encoded(bfloat16, [0.1, 0.1]);
    expect(start(adagrad({ initialAccumulator: 0.1 }))).toMatchObject({ "adagrad.s": accumulator });
    expect(start(rprop({ lr: 0.3 }))).toMatchObject({
      "rprop.step": encoded(bfloat16, [0.3, 0.3]),
    });
  });

  it("its expression of the parameters, as they are at its first step", () => {
    const net = netOf({ w: [37] });
    using optimizer = optimize(net, chain(momentum({ lr: 0 }), ema(0.9)), { storage });
    net.w.data.fill(1 / 3);
    optimizer.step({ w: new Float32Array(37) });
    const third = encoded(bfloat16, [
      bfloat16.encoding!.decode(encoded(bfloat16, [1 / 3])[0]!) * 0.9 + 0.1 / 3,
    ]);
    expect(optimizer.state().parameters["w"]!["ema.average"]).toEqual(
      new Uint16Array(37).fill(third[0]!),
    );
  });
});

describe("the weights to evaluate", () => {
  it.each([
    ["ema.average", () => chain(adam({ lr: 0.1 }), ema(0.9)) as Rule],
    ["swa.average", () => chain(adam({ lr: 0.1 }), swa()) as Rule],
  ])("are what is kept in %s", (slot, make) => {
    const net = netOf(shapes);
    using optimizer = optimize(net, make(), { storage });
    for (let t = 1; t <= 3; t++) optimizer.step(gradientsOf(net, t));
    const expected = decoded(bfloat16, optimizer.state().parameters["w"]![slot]!);
    const before = net.w.data.slice();
    expect(optimizer.evaluation().w).toEqual(expected);
    optimizer.evaluate(() => expect(net.w.data).toEqual(expected));
    expect(net.w.data).toEqual(before);
  });

  it("are made of what is kept, by either backend the same", () => {
    const evaluated = [webassembly, javascript].map((backend) => {
      const net = netOf(shapes);
      using optimizer = optimize(net, scheduleFreeSgd({ lr: 0.1 }), { storage, backend });
      for (let t = 1; t <= 3; t++) optimizer.step(gradientsOf(net, t));
      return optimizer.evaluation().w;
    });
    expect(evaluated[0]).toEqual(evaluated[1]);
    expect(evaluated[0]!.every(Number.isFinite)).toBe(true);
  });
});

describe("wrappers", () => {
  const gradient = { w: new Float32Array(42).fill(0.3), b: new Float32Array(5).fill(0.7) };

  it("accumulate, which keeps its sums in full", () => {
    const net = netOf(shapes);
    using optimizer = accumulate(net, adam(), { steps: 2, storage });
    for (let t = 1; t <= 4; t++) optimizer.step(gradient);
    const other = netOf(shapes);
    using plain = optimize(other, adam(), { storage });
    for (let t = 1; t <= 2; t++) plain.step(gradient);
    expect(net.w.data).toEqual(other.w.data);
    const { parameters: own, nested } = optimizer.state();
    expect(own).toEqual(plain.state().parameters);
    expect(Object.values(nested)[0]!.parameters["w"]!["accumulation.total"]).toBeInstanceOf(
      Float32Array,
    );
  });

  it("privatize, galore, sam and lookahead", () => {
    using secret = privatize(netOf(shapes), adam(), {
      ...{ examples: 1, clip: 1, noiseMultiplier: 0.5, seed: 3, storage },
    });
    secret.step(gradient);
    expect(secret.state().parameters["w"]!["adam.m"]).toBeInstanceOf(Uint16Array);
    using low = galore(netOf(shapes), adam(), { rank: 2, storage });
    low.step(gradient);
    expect(low.state().parameters["w"]!["adam.m"]).toEqual(expect.any(Uint16Array));
    expect(low.state().parameters["w"]!["galore.basis"]).toEqual(expect.any(Float32Array));
    const net = netOf(shapes);
    using optimizer = optimize(net, chain(adamw(), lookahead()) as Rule, { storage });
    using sharp = sam(optimizer, { rho: 0.05 });
    sharp.step(() => optimizer.gradients.w.set(net.w.data));
    expect(optimizer.state().groups[0]!.storages).toMatchObject({ "lookahead.slow": "bfloat16" });
  });

  it("but curvature, whose mean is another optimizer's parameters", () => {
    using narrow = optimize(netOf(shapes), sophia(), { storage });
    expect(() => curvature(narrow)).toThrow(/`sophia.h` of `b` is kept in 16 bits/);
    using fine = optimize(netOf(shapes), sophia(), { storage: { state: { m: bfloat16 } } });
    using bowl = curvature(fine);
    expect(bowl.observe(gradient)).toBe(true);
  });
});

describe("what is no storage is refused", () => {
  const form = "optimize: storage is { state: bfloat16 }, or by name { state: { m: bfloat16 } }";
  const isString = (text: string) =>
    `${form}: "${text}" is a string, bfloat16 a value that gradus exports`;
  const cases: readonly (readonly [unknown, string])[] = [
    [null, form],
    [0, form],
    [[], form],
    [{}, form],
    [bfloat16, form],
    ["bfloat16", isString("bfloat16")],
    [{ state: null }, form],
    [{ state: {} }, form],
    [{ state: Uint16Array }, form],
    [{ state: "float16" }, isString("float16")],
    [{ state: { m: "bf16" } }, isString("bf16")],
    [{ state: { m: { ...bfloat16, encoding: undefined } } }, form],
    [{ params: bfloat16 }, "optimize: storage: unknown option `params` (it has state)"],
    [
      { state: { mm: bfloat16 } },
      "optimize: storage: no part of the rule keeps `mm`; did you mean `m`?",
    ],
    [
      { state: { "adam.n": bfloat16 } },
      "optimize: storage: no part of the rule keeps `adam.n`; did you mean `adam.v`?",
    ],
  ];

  it.each(cases)("%o", (given, message) => {
    const bind = () => optimize(netOf(shapes), adam(), { storage: given as never });
    expect(bind).toThrow(expect.objectContaining({ name: "BindingError", message }));
  });

  it("as is a state that has no number for each element", () => {
    expect(() =>
      optimize(netOf(shapes), adafactor(), { storage: { state: { r: bfloat16 } } }),
    ).toThrow(
      "optimize: storage: `r` has no number for each element, but is a column, and is kept as it is computed",
    );
  });
});

it("two storages of one name are two", () => {
  const steps = (given: typeof ownStorage) => train(adam(), { storage: { state: given } });
  const impostor = { ...bfloat16, name: ownStorage.name };
  const [own, other, again] = [ownStorage, impostor, ownStorage].map(steps);
  expect(other!.state).toEqual(train(adam()).state);
  expect(again).toEqual(own);
  expect(own!.state).not.toEqual(other!.state);
});
