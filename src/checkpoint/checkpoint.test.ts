import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bind, bitsOf, netOf, train } from "../../tests/support/resuming.ts";
import {
  accumulate,
  adam,
  BindingError,
  chain,
  clipByGlobalNorm,
  ema,
  galore,
  optimize,
  optimizers,
  parameters,
  RestoreError,
  type Rule,
  reduceOnPlateau,
  sgd,
} from "../index.ts";
import { CheckpointError, loadCheckpoint, readCheckpoint, saveCheckpoint } from "./index.ts";

let folder: string;
let path: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gradus-checkpoint-"));
  path = join(folder, "run.safetensors");
});

afterAll(() => rmSync(folder, { recursive: true }));

/** An optimizer after some steps, or before the first. */
function trained(rule: Rule = adam(), steps = 5) {
  const net = netOf();
  const optimizer = bind(net, rule);
  train(optimizer, net, 0, steps);
  return { net, optimizer };
}

function differencesOf(act: () => unknown): readonly string[] {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(RestoreError);
    return (error as RestoreError).differences;
  }
  throw new Error("nothing was refused");
}

describe("a run that was saved and loaded", () => {
  const rules: readonly (readonly [string, () => Rule])[] = [
    ...["adam", "adafactor", "shampoo", "scheduleFreeAdamw", "cocob"].map(
      (name) => [name, () => optimizers[name as "adam"]()] as const,
    ),
    ["a chain", () => chain(clipByGlobalNorm(1), adam(), ema(0.9), ema(0.5)) as Rule],
  ];

  it.each(rules)("continues as if it had not stopped, with %s", (_, make) => {
    const whole = trained(make(), 12);
    const stopped = trained(make(), 7);
    saveCheckpoint(path, stopped.optimizer, { metadata: { epoch: 2 } });
    const resumed = trained(make(), 0);
    const report = loadCheckpoint(path, resumed.optimizer);
    expect(report).toMatchObject({ step: 7, differences: [], hyper: [], metadata: { epoch: 2 } });
    expect(report.parameters.toSorted()).toEqual(["b", "frozen", "w"]);
    train(resumed.optimizer, resumed.net, 7, 12);
    expect(bitsOf(resumed.net)).toEqual(bitsOf(whole.net));
    expect(resumed.optimizer.stateViews()).toEqual(whole.optimizer.stateViews());
  });

  it.each([
    ["accumulate", (net: ReturnType<typeof netOf>) => accumulate(net, adam(), { steps: 4 })],
    ["galore", (net: ReturnType<typeof netOf>) => galore(net, adam(), { rank: 2, every: 5 })],
  ])("goes on with the optimizers within %s", (_, wrap) => {
    const run = (from: number, to: number, net = netOf(), optimizer = wrap(net)) => {
      train(optimizer as never, net, from, to);
      return { net, optimizer };
    };
    const whole = run(0, 12);
    const stopped = run(0, 7);
    saveCheckpoint(path, stopped.optimizer);
    const net = netOf();
    const resumed = wrap(net);
    loadCheckpoint(path, resumed);
    run(7, 12, net, resumed);
    expect(bitsOf(net)).toEqual(bitsOf(whole.net));
    expect(resumed.stateViews()).toEqual(whole.optimizer.stateViews());
  });

  it("keeps the states of schedules, including infinities", () => {
    const make = () => {
      const lr = reduceOnPlateau({ initial: 0.1, patience: 1 });
      return { lr, ...trained(sgd({ lr }) as Rule, 0) };
    };
    const stopped = make();
    saveCheckpoint(path, stopped.optimizer);
    const first = make();
    loadCheckpoint(path, first.optimizer);
    expect(first.lr.state()).toEqual(stopped.lr.state());
    for (const loss of [1, 2, 3, 4]) stopped.lr.observe(loss);
    saveCheckpoint(path, stopped.optimizer);
    const second = make();
    loadCheckpoint(path, second.optimizer);
    expect(second.lr.state()).toEqual(stopped.lr.state());
  });

  it("may have both types, foreign parameters, single numbers and empty arrays", () => {
    const make = () => ({
      ...parameters({ scalar: [], none: [0, 3], odd: [3] }),
      wide: parameters({ x: [2, 2] }, { type: "float64" }).x,
      foreign: new Float64Array(3),
      part: new Float32Array(7).subarray(1, 4),
    });
    const values = {
      scalar: [1],
      none: [],
      odd: [1, 2, 3],
      wide: [1, 2, 3, 4],
      foreign: [5, 6, 7],
    };
    const net = make();
    const optimizer = optimize(net, adam());
    optimizer.step({ ...values, part: [1, 2, 3] });
    saveCheckpoint(pathToFileURL(path), optimizer);
    const other = make();
    const second = optimize(other, adam());
    loadCheckpoint(pathToFileURL(path), second);
    expect(second.parameters).toEqual(optimizer.parameters);
    expect(second.stateViews()).toEqual(optimizer.stateViews());
  });
});

it("a long file has small and large arrays in their places", () => {
  const small = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`s${i}`, [i]]));
  const net = parameters({ ...small, large: [4_500_000], middle: [100_000] });
  const optimizer = optimize(net, sgd({ momentum: 0.9 }), { threads: 1 });
  const arrays = Object.values(net).map(({ data }) => data);
  for (const [place, data] of arrays.entries()) {
    for (let i = 0; i < data.length; i++) data[i] = place + i / 7;
  }
  const before = arrays.map((data) => data.slice());
  saveCheckpoint(path, optimizer);
  for (const data of arrays) data.fill(0);
  loadCheckpoint(path, optimizer);
  const bits = ({ buffer, byteOffset, byteLength }: Float32Array) =>
    Buffer.from(buffer, byteOffset, byteLength);
  expect(arrays.every((data, i) => bits(data).equals(bits(before[i]!)))).toBe(true);
  optimizer.dispose();
});

describe("a checkpoint that does not fit", () => {
  it("is refused with all differences, and nothing is changed", () => {
    const saved = optimize(parameters({ w: [2, 3], gone: [1], b: [3] }), adam());
    saveCheckpoint(path, saved);
    const net = {
      ...parameters({ w: [3, 2], added: [1] }),
      ...parameters({ b: [3] }, { type: "float64" }),
    };
    const optimizer = optimize(net, sgd());
    optimizer.step({ w: new Float32Array(6).fill(1), added: [1], b: [1, 2, 3] });
    const before = structuredClone([optimizer.stateViews(), net]);
    expect(differencesOf(() => loadCheckpoint(path, optimizer))).toEqual([
      "parameter `added` was not saved",
      "parameter `b` has 3 of float64, but it was saved with 3 of float32: pass { convert: true }",
      "parameter `w`: the shape is [3,2], but it was saved as [2,3]",
      "there is no parameter `gone` now",
      expect.stringMatching(/^parameter `b`: the rule is sgd:\w+, but it was saved as adam:\w+$/),
      "parameter `b`: it has no state `adam.m` now",
      "parameter `b`: it has no state `adam.v` now",
    ]);
    expect([optimizer.stateViews(), net]).toEqual(before);
  });

  it("is accepted in part with `partial`, and the rest is reported", () => {
    const saved = optimize(parameters({ w: [2], b: [3] }), adam());
    saved.step({ w: [1, 2], b: [1, 2, 3] });
    saveCheckpoint(path, saved);
    const net = parameters({ w: [2], b: [4], added: [1] });
    const optimizer = optimize(net, adam());
    const report = loadCheckpoint(path, optimizer, { partial: true });
    expect(report).toMatchObject({ step: 1, parameters: ["w"], restored: ["w"] });
    expect(report.differences).toEqual([
      "parameter `added` was not saved",
      "parameter `b`: the shape is [4], but it was saved as [3]",
    ]);
    expect(net.w).toEqual(saved.parameters.w);
    expect([...net.b.data, ...net.added.data]).toEqual([0, 0, 0, 0, 0]);
  });

  it("may only have other names", () => {
    const saved = optimize(parameters({ "0.weight": [2], "0.bias": [1] }), adam());
    saved.step({ "0.weight": [1, 2], "0.bias": [3] });
    saveCheckpoint(path, saved);
    for (const rename of [{ "0.weight": "w", "0.bias": "b" }, (name: string) => name[2]!]) {
      const net = parameters({ w: [2], b: [1] });
      const optimizer = optimize(net, adam());
      loadCheckpoint(path, optimizer, { rename });
      expect([net.w.data, net.b.data]).toEqual([
        saved.parameters["0.weight"].data,
        saved.parameters["0.bias"].data,
      ]);
      expect(optimizer.state().parameters["w"]).toEqual(saved.state().parameters["0.weight"]);
    }
    const optimizer = optimize(parameters({ w: [2] }), adam());
    expect(differencesOf(() => loadCheckpoint(path, optimizer, { rename: () => "w" }))).toEqual([
      "rename: two parameters would be `w`",
    ]);
  });

  it("unknown options are refused", () => {
    const { optimizer } = trained();
    const wrong = (act: () => unknown) => expect(act).toThrow(BindingError);
    wrong(() => saveCheckpoint(path, optimizer, { meta: 1 } as never));
    wrong(() => loadCheckpoint(path, optimizer, { strict: true } as never));
  });
});

describe("a checkpoint to look at", () => {
  it("is plain data, with arrays that are read on demand", () => {
    const { net, optimizer } = trained();
    const metadata = { epoch: 3, notes: ["a", { loss: Number.NaN, best: -0 }], $number: "7" };
    saveCheckpoint(path, optimizer, { metadata });
    const found = readCheckpoint(path);
    expect(found.metadata).toEqual(metadata);
    expect(found.parameters["w"]).toMatchObject({ type: "float32", length: 24, shape: [6, 4] });
    expect(found.parameters["w"]!.read()).toEqual(net.w.data);
    expect(found.state).toMatchObject({ step: 5, seed: 5, version: 2 });
    expect(found.state!.parameters["w"]!["adam.m"]!.read()).toEqual(
      optimizer.state().parameters["w"]!["adam.m"],
    );
    saveCheckpoint(path, optimizer);
    expect(() => found.parameters["w"]!.read()).toThrow("has changed since it was checked");
  });

  it("can be restored from memory", () => {
    const { optimizer } = trained();
    saveCheckpoint(path, optimizer);
    const second = trained(adam(), 0).optimizer;
    second.restore(readCheckpoint(path).state!);
    expect(second.stateViews()).toEqual(optimizer.stateViews());
  });

  it.each([
    [{ f: () => 1 }, "`gradus.metadata.f` is not plain data but function"],
    [{ a: [1, { b: undefined, c: [undefined] }] }, "`gradus.metadata.a[1].c[0]` is not plain data"],
    [{ a: new Map() }, "is not plain data but Map"],
    [{ a: 1n }, "is not plain data but bigint"],
  ])("has no metadata %o", (metadata, message) => {
    const before = readFileSync(path);
    const act = () => saveCheckpoint(path, trained().optimizer, { metadata });
    expect(act).toThrow(CheckpointError);
    expect(act).toThrow(message);
    expect(readFileSync(path)).toEqual(before);
  });

  it("refuses metadata that contain themselves", () => {
    const metadata: Record<string, unknown> = {};
    metadata["self"] = metadata;
    expect(() => saveCheckpoint(path, trained().optimizer, { metadata })).toThrow("100 levels");
  });
});

describe("names", () => {
  it("may be any text", () => {
    const sizes = JSON.parse('{"__proto__": [2], "constructor": [1], "a/b": [1], "é\\n\\"": [1]}');
    const make = () => optimize(parameters(sizes), adam());
    const optimizer = make();
    optimizer.step(
      JSON.parse('{"__proto__": [1, 2], "constructor": [3], "a/b": [4], "é\\n\\"": [5]}'),
    );
    saveCheckpoint(path, optimizer, { metadata: JSON.parse('{"__proto__": {"polluted": 1}}') });
    const second = make();
    const { metadata } = loadCheckpoint(path, second);
    expect(second.parameters).toEqual(optimizer.parameters);
    expect(second.stateViews()).toEqual(optimizer.stateViews());
    expect(JSON.stringify(metadata)).toBe('{"__proto__":{"polluted":1}}');
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it.each([
    ["__metadata__", "would have the name `__metadata__`"],
    ["\ud800", "half of a surrogate pair"],
  ])("such as %j cannot be saved", (name, message) => {
    const optimizer = optimize(parameters({ [name]: [1] }), adam());
    expect(() => saveCheckpoint(path, optimizer)).toThrow(message);
  });

  it("that collide with a tensor of the state cannot be saved", () => {
    const optimizer = optimize(parameters({ w: [1], "optimizer/adam.m/w": [1] }), adam());
    const act = () => saveCheckpoint(path, optimizer);
    expect(act).toThrow(CheckpointError);
    expect(act).toThrow("two tensors of the file would have the name `optimizer/adam.m/w`");
  });
});
