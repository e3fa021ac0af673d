/** Which states are kept in 16 bits, how they start, and which options are refused. */
import { describe, expect, it } from "vitest";
import { encoded, ownStorage } from "../../../tests/support/storages.ts";
import {
  gradientsOf,
  mapped,
  netOf,
  shapes,
  storage,
  train,
} from "../../../tests/support/stored.ts";
import {
  adafactor,
  adagrad,
  adam,
  bfloat16,
  block8,
  chain,
  defineOptimizer,
  ema,
  float16,
  frozen,
  masked,
  momentum,
  muon,
  optimize,
  type ParameterSource,
  partition,
  type Rule,
  rprop,
  type Storage,
  scheduleFreeSgd,
  shampoo,
  soap,
  webassembly,
} from "../../index.ts";

describe("the option names the states", () => {
  const kept = (rule: Rule, state: object, net: ParameterSource = netOf(shapes)) => {
    using optimizer = optimize(net, rule, { storage: { state: state as never } });
    return optimizer.state().groups.map(({ storages }) => storages);
  };

  it("by their own name, or with that of their part, which takes precedence", () => {
    expect(kept(adam(), { m: bfloat16 })).toEqual([{ "adam.m": "bfloat16" }]);
    expect(kept(adam(), { "adam.v": float16, m: bfloat16 })).toEqual([
      { "adam.m": "bfloat16", "adam.v": "float16" },
    ]);
    const twice = chain(adam(), ema(0.9), ema(0.5)) as Rule;
    const expected = [{ "ema.average": "bfloat16", "ema#2.average": "float16" }];
    expect(kept(twice, { average: bfloat16, "ema#2.average": float16 })).toEqual(expected);
    expect(kept(twice, { "ema#2.average": float16, average: bfloat16 })).toEqual(expected);
  });

  it("in branches of a partition and after a mask", () => {
    const rule = partition([
      { match: "w", rule: chain(momentum(), masked("w", ema(0.9))) as Rule },
      { match: "b", rule: adam() },
    ]) as unknown as Rule;
    expect(kept(rule, bfloat16)).toEqual([
      { "adam.m": "bfloat16", "adam.v": "bfloat16" },
      { "momentum.v": "bfloat16" },
    ]);
    const some = partition([
      { match: "w", rule: frozen },
      { match: "b", rule: adam() },
    ]) as unknown as Rule;
    expect(kept(some, { v: float16 })).toEqual([{ "adam.v": "float16" }]);
  });

  it("except states of whole matrices, rows, columns, single numbers, and float64 parameters", () => {
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

  it("except states that the weights to evaluate need in full", () => {
    const own = defineOptimizer({
      ...{ name: "own", hyper: { lr: 0.1 }, state: { m: 0, v: 0 } },
      rule: "m = 0.5 * m + g\nv = 0.5 * v + g^2\nu = m * v",
      evaluation: "matmul(matmul(m, transpose(m)), m)",
    });
    const evaluationOf = (options: object) => {
      const net = netOf({ w: [4, 3] });
      using optimizer = optimize(net, own(), options);
      optimizer.step(gradientsOf(net, 1));
      return [optimizer.evaluationWeights().w, optimizer.state().groups[0]!.storages];
    };
    const named = { storage: { state: { m: bfloat16, v: bfloat16 } } };
    expect(evaluationOf(named)).toEqual([evaluationOf({})[0], { "own.v": "bfloat16" }]);
  });

  it("averages of the weights only by their names", () => {
    const rule = chain(momentum(), ema(0.9)) as Rule;
    expect(kept(rule, bfloat16)).toEqual([{ "momentum.v": "bfloat16" }]);
    expect(kept(rule, { average: bfloat16 })).toEqual([{ "ema.average": "bfloat16" }]);
    expect(kept(scheduleFreeSgd(), block8)).toEqual([undefined]);
  });

  it("in blocks from 4096 elements on, or from another number on, and not if loops go by rows", () => {
    const slots = (rule: Rule, storage: Storage, length: number) => {
      using optimizer = optimize(netOf({ w: [length, 2] }), rule, { storage: { state: storage } });
      return Object.keys(optimizer.state().groups[0]!.storages ?? {});
    };
    expect(slots(adam(), block8, 2047)).toEqual([]);
    expect(slots(adam(), block8, 2048)).toEqual(["adam.m", "adam.v"]);
    expect(slots(adam(), { ...block8, least: 7 }, 4)).toEqual(["adam.m", "adam.v"]);
    expect(slots(adafactor({ beta1: 0.9 }), { ...block8, least: 0 }, 4)).toEqual([]);
    expect(slots(adafactor({ beta1: 0.9 }), bfloat16, 4)).not.toEqual([]);
  });
});

describe("a state in a storage starts from", () => {
  it("its number", () => {
    const start = (rule: Rule) => {
      using optimizer = optimize({ w: new Float32Array(2) }, rule, { storage });
      return optimizer.state().parameters["w"];
    };
    const own = defineOptimizer({
      ...{ name: "own", hyper: { lr: 0.1 }, state: { m: 0.3 } },
      rule: "m = m + g\nu = m",
    });
    expect(start(own())).toMatchObject({ "own.m": encoded(bfloat16, [0.3, 0.3]) });
    const accumulator = encoded(bfloat16, [0.1, 0.1]);
    expect(start(adagrad({ initialAccumulator: 0.1 }))).toMatchObject({ "adagrad.s": accumulator });
    expect(start(rprop({ lr: 0.3 }))).toMatchObject({
      "rprop.step": encoded(bfloat16, [0.3, 0.3]),
    });
  });

  it("its expression of the parameters at its first step", () => {
    const net = netOf({ w: [37] });
    const average = { state: { average: bfloat16 } };
    using optimizer = optimize(net, chain(momentum({ lr: 0 }), ema(0.9)), { storage: average });
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

describe("a wrong option is refused", () => {
  it("a storage that the backend does not support", () => {
    const { keeps: _, ...backend } = webassembly;
    const bind = () => optimize(netOf(shapes), adam(), { storage, backend });
    const message = 'optimize: storage: the backend "webassembly" cannot keep states in a storage';
    expect(bind).toThrow(expect.objectContaining({ name: "BindingError", message }));
  });

  const form =
    "optimize: storage must be { state: bfloat16 }, or by name { state: { m: bfloat16 } }";
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
    [
      { state: { ...bfloat16, bytes: 4 } },
      'storage: "bfloat16" has 4 bytes and Elements of 2: with an encoding it has 2, Uint16Array, with blocks 1, Uint8Array, and a name of its own',
    ],
    [
      { state: { m: { ...bfloat16, Elements: Float32Array } } },
      'storage: "bfloat16" has 2 bytes and Elements of 4: with an encoding it has 2, Uint16Array, with blocks 1, Uint8Array, and a name of its own',
    ],
    [
      { state: { ...bfloat16, name: "float32" } },
      'storage: "float32" has 2 bytes and Elements of 2: with an encoding it has 2, Uint16Array, with blocks 1, Uint8Array, and a name of its own',
    ],
    [{ params: bfloat16 }, "optimize: storage: unknown option `params` (it has state)"],
    [
      { state: { mm: bfloat16 } },
      "optimize: storage: no part of the rule has the state `mm`; did you mean `m`?",
    ],
    [
      { state: { "adam.n": bfloat16 } },
      "optimize: storage: no part of the rule has the state `adam.n`; did you mean `adam.v`?",
    ],
  ];

  it.each(cases)("%o", (given, message) => {
    const bind = () => optimize(netOf(shapes), adam(), { storage: given as never });
    expect(bind).toThrow(expect.objectContaining({ name: "BindingError", message }));
  });

  it("a state without a number for each element", () => {
    expect(() =>
      optimize(netOf(shapes), adafactor(), { storage: { state: { r: bfloat16 } } }),
    ).toThrow(
      "optimize: storage: `r` is a column, without a number for each element, and cannot have a storage",
    );
  });
});

it("two storages with the same name are kept apart", () => {
  const steps = (given: typeof ownStorage) => train(adam(), { storage: { state: given } });
  const impostor = { ...bfloat16, name: ownStorage.name };
  const [own, other, again] = [ownStorage, impostor, ownStorage].map(steps);
  expect(other!.state).toEqual(train(adam()).state);
  expect(again).toEqual(own);
  expect(own!.state).not.toEqual(other!.state);
});
