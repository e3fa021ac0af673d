/** Files of PyTorch's runs in 16 bits (tests/reference/pytorch_files.py), and states in 16 bits for PyTorch. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  adam,
  bfloat16,
  block8,
  float16,
  optimize,
  type ParametersOptions,
  parameters,
  RestoreError,
  type Storage,
} from "../../src/index.ts";
import {
  loadTorch,
  readTorch,
  type TorchDict,
  type TorchTensor,
  tensorOf,
  torchStates,
  writeTorch,
} from "../../src/pytorch/index.ts";
import { decoded, encoded, ownStorage } from "../support/storages.ts";
import {
  goOn,
  narrowRuns,
  torchOptimizer,
  torchParameters,
  torchShapes,
} from "../support/torchRuns.ts";

const dict = (value: unknown) => value as TorchDict;
const fileOf = (name: string) =>
  dict(readTorch(readFileSync(join(import.meta.dirname, `../reference/pytorch/${name}.pt`))));
const statesOf = (file: TorchDict) => ({
  model: file.get("model"),
  optimizer: file.get("optimizer"),
});
const numbers = (value: unknown) => Array.from((value as TorchTensor).read(), Number);
/** The tensors that PyTorch's optimizer keeps of a parameter, by its number. */
const keptOf = (states: { readonly optimizer?: unknown }, id = 0) =>
  dict(dict(dict(states.optimizer).get("state")).get(id));

describe.each(Object.entries(narrowRuns))("a run of PyTorch's, %s", (file, [name, type]) => {
  const { names } = torchParameters(name);
  const states = statesOf(fileOf(file));
  const storage = { bfloat16, float16 }[type]!;
  const slots = name === "adam" ? ["adam.m", "adam.v"] : ["muon.m"];
  const all = Object.values(names);

  it("is an error that names all that is of another type, and changes nothing", () => {
    const optimizer = torchOptimizer(name);
    let differences: readonly string[] = [];
    try {
      loadTorch(optimizer, states, { names, step: 10 });
    } catch (error) {
      differences = (error as RestoreError).differences;
    }
    const says = (what: string) =>
      expect.stringMatching(
        `^parameter ${what} has \\d+ of float32, but it was saved with \\d+ of ${type}: pass \\{ convert: true \\}$`,
      );
    expect([...differences].sort()).toEqual(
      [...all]
        .sort()
        .flatMap((each) => [
          says(`\`${each}\``),
          ...slots.map((slot) => says(`\`${each}\`: its state \`${slot}\``)),
        ]),
    );
    expect(optimizer.steps).toBe(0);
    expect(optimizer.parameters.w.data.every((each) => each === 0)).toBe(true);
  });

  it("goes on in float32 as it went on in PyTorch", () => {
    const optimizer = torchOptimizer(name);
    const report = loadTorch(optimizer, states, { names, step: 10, convert: true });
    expect(report).toMatchObject({ step: 10, hyper: [], differences: [] });
    const alike = { from: type, to: "float32", rounding: "exact" };
    const values = Object.keys(optimizer.parameters);
    expect(report.converted).toEqual([
      ...values.map((parameter) => ({ parameter, state: undefined, ...alike })),
      ...values.flatMap((parameter) => slots.map((state) => ({ parameter, state, ...alike }))),
    ]);
    for (const [torch, own] of Object.entries(names)) {
      const { data } = optimizer.parameters[own as "w" | "b"];
      expect([...data]).toEqual(numbers(dict(states.model).get(torch)));
    }
    goOn(optimizer, 11, 10);
    for (const [torch, own] of Object.entries(names)) {
      const { data } = optimizer.parameters[own as "w" | "b"];
      const expected = numbers(dict(fileOf(file).get("expected")).get(torch));
      // Ten steps of float32 in two orders of the same operations.
      data.forEach((value, i) => void expect(Math.abs(value - expected[i]!)).toBeLessThan(2e-6));
    }
  });

  it("has states that are kept so here too, bit for bit, and are written again", () => {
    const optimizer = torchOptimizer(name, { storage: { state: storage } });
    const { converted } = loadTorch(optimizer, states, { names, step: 10, convert: true });
    expect(converted!.map(({ state }) => state)).toEqual(all.map(() => undefined));
    const torch = name === "adam" ? "exp_avg" : "momentum_buffer";
    const saved = keptOf(states).get(torch) as TorchTensor;
    expect(optimizer.state().parameters["w"]![slots[0]!]).toEqual(
      encoded(storage, saved.read() as Float32Array),
    );
    const written = dict(readTorch(writeTorch(torchStates(optimizer, { names }))));
    const [again, plain] = [
      keptOf({ optimizer: written.get("optimizer") }),
      dict(written.get("model")),
    ];
    const back = again.get(torch) as TorchTensor;
    expect([back.type, back.shape, numbers(back)]).toEqual([type, saved.shape, numbers(saved)]);
    expect((plain.get("layer.weight") as TorchTensor).type).toBe("float32");
  });
});

describe("states for PyTorch", () => {
  const stepped = (storage: Storage | undefined, type: "float32" | "float64" = "float32") => {
    const net = parameters(torchShapes, { type } as ParametersOptions<"float32">);
    const optimizer = optimize(net, adam(), storage && { storage: { state: storage } });
    optimizer.step({ w: Float32Array.from({ length: 12 }, (_, i) => i / 7 - 1), b: [1, 2, 3, 4] });
    return optimizer;
  };

  it.each([
    [bfloat16, "bfloat16"],
    [float16, "float16"],
    [{ ...block8, least: 0 }, "float32"],
    [ownStorage, "float32"],
  ] as const)("are the numbers that steps read: $name", (storage, type) => {
    const optimizer = stepped(storage);
    const states = torchStates(optimizer);
    const tensor = keptOf(states, 1).get("exp_avg") as TorchTensor;
    expect([tensor.type, tensor.shape]).toEqual([type, [4, 3]]);
    const { w } = optimizer.state().parameters;
    expect(numbers(tensor)).toEqual([...decoded(storage, w!["adam.m"]!)]);
    const file = dict(readTorch(writeTorch(states)));
    const other = stepped(storage);
    other.step({ w: new Float32Array(12), b: [0, 0, 0, 0] });
    loadTorch(other, statesOf(file), { convert: true });
    expect(other.steps).toBe(1);
    if (storage.encoding) expect(other.state().parameters).toEqual(optimizer.state().parameters);
  });

  it("of float64 are no numbers of float32 unless that is asked for", () => {
    const states = torchStates(stepped(undefined, "float64"));
    const narrow = stepped(undefined);
    expect(() => loadTorch(narrow, states)).toThrow(RestoreError);
    expect(() => loadTorch(narrow, states)).toThrow(
      "parameter `w`: its state `adam.m` has 12 of float32, but it was saved with 12 of float64: pass { convert: true }",
    );
    const { converted } = loadTorch(narrow, states, { convert: true });
    expect(converted!.map(({ from, rounding }) => [from, rounding])).toEqual(
      Array.from({ length: 6 }, () => ["float64", "nearest"]),
    );
  });

  it("are none of whole numbers", () => {
    const model = new Map([
      [
        "w",
        {
          ...tensorOf(new Float32Array(12), [4, 3]),
          type: "int64",
          read: () => new BigInt64Array(12),
        },
      ],
      ["b", tensorOf(new Float32Array(4))],
    ] as const);
    const load = () =>
      loadTorch(stepped(undefined), { model: model as TorchDict }, { convert: true });
    expect(load).toThrow("parameter `w` has 12 of float32, but it was saved with 12 of int64");
  });

  it("in 16 bits that are written are those that PyTorch reads", () => {
    const tensor = {
      type: "bfloat16",
      shape: [3],
      read: () => Float32Array.of(1, -2.5, 1 / 3),
    } as const;
    const read = dict(readTorch(writeTorch({ tensor }))).get("tensor") as TorchTensor;
    expect([read.type, numbers(read)]).toEqual(["bfloat16", [1, -2.5, 0.333984375]]);
  });
});
