/** Files of real PyTorch, tests/reference/pytorch_files.py, and files for it. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  adafactor,
  adam,
  adamw,
  amsgrad,
  chain,
  cosine,
  ema,
  lion,
  optimize,
  parameters,
  RestoreError,
  type Rule,
  radam,
  rmsprop,
  sgd,
} from "../../src/index.ts";
import {
  loadTorch,
  readTorch,
  type TorchDict,
  TorchFileError,
  type TorchTensor,
  TorchTuple,
  type TorchValue,
  tensorOf,
  torchStates,
  writeTorch,
} from "../../src/pytorch/index.ts";
import {
  goOn,
  narrowRuns,
  torchNames,
  torchOptimizer,
  torchParameters,
  torchRules,
  torchShapes,
} from "../support/torchRuns.ts";

const folder = join(import.meta.dirname, "..", "reference", "pytorch");
const bytesOf = (name: string) => readFileSync(join(folder, `${name}.pt`));
const fileOf = (name: string) => readTorch(bytesOf(name)) as TorchDict;
const statesOf = (file: TorchDict) => ({
  model: file.get("model"),
  optimizer: file.get("optimizer"),
});
const numbers = (value: unknown) => Array.from((value as TorchTensor).read(), Number);
const dict = (value: unknown) => value as TorchDict;

describe.each(Object.keys(torchRules))("a run of PyTorch's, %s", (name) => {
  const { names } = torchParameters(name);

  it("goes on here as it went on there", () => {
    const file = fileOf(name);
    const optimizer = torchOptimizer(name);
    const report = loadTorch(optimizer, statesOf(file), { names, step: 10 });
    expect(report).toMatchObject({ step: 10, hyper: [], differences: [] });
    goOn(optimizer, 11, 10);
    for (const [torch, own] of Object.entries(names)) {
      const { data } = optimizer.parameters[own as "w" | "b"];
      const expected = numbers(dict(file.get("expected")).get(torch));
      // Ten steps of float32 in two orders of the same operations; the largest seen is 6.6e-7.
      data.forEach((value, i) => void expect(Math.abs(value - expected[i]!)).toBeLessThan(2e-6));
    }
  });

  it("is written so that nothing of it changes", () => {
    const file = fileOf(name);
    const optimizer = torchOptimizer(name);
    loadTorch(optimizer, statesOf(file), { names, step: 10 });
    const written = readTorch(writeTorch(torchStates(optimizer, { names })));
    for (const [torch, tensor] of dict(file.get("model"))) {
      expect(numbers(dict(dict(written).get("model")).get(torch))).toEqual(numbers(tensor));
    }
    const [before, after] = [file, dict(written)].map((each) => dict(each.get("optimizer")));
    const [groups, found] = [before, after].map((each) => each!.get("param_groups") as TorchDict[]);
    expect(Object.fromEntries(found![0]!)).toEqual(Object.fromEntries(groups![0]!));
    for (const [id, state] of dict(before!.get("state"))) {
      for (const [key, tensor] of dict(state)) {
        const own = dict(dict(after!.get("state")).get(id)).get(key);
        if (tensor === null) {
          expect(own).toBeUndefined();
        } else {
          expect((own as TorchTensor).shape).toEqual((tensor as TorchTensor).shape);
          numbers(own).forEach(
            (value, i) => void expect(value).toBeCloseTo(numbers(tensor)[i]!, 6),
          );
        }
      }
    }
  });
});

it("every file of PyTorch's is one of these", () => {
  const files = readdirSync(folder).map((file) => file.replace(".pt", ""));
  expect(files.sort()).toEqual(
    [...Object.keys(torchRules), ...Object.keys(narrowRuns), "others"].sort(),
  );
});

describe("what PyTorch saves", () => {
  const others = fileOf("others");

  it("is read with all of its types", () => {
    const types = Object.fromEntries(
      [...dict(others.get("types"))].map(([type, tensor]) => [
        type,
        (tensor as TorchTensor).read(),
      ]),
    );
    expect(types).toEqual({
      int64: BigInt64Array.of(-1n, 0n, 65504n, 0n, 7n, 0n),
      int32: Int32Array.of(-1, 0, 65504, 0, 7, 0),
      int16: Int16Array.of(-1, 0, -32, 0, 7, 0),
      int8: Int8Array.of(-1, 0, -32, 0, 7, 0),
      bool: Uint8Array.of(1, 0, 1, 1, 1, 0),
      float64: Float64Array.of(-1.5, 0, 65504, Math.fround(6e-8), 7, 0),
    });
    expect((others.get("uint8") as TorchTensor).read()).toEqual(Uint8Array.of(0, 255));
    const half = [-1.5, 0, 65504, 2 ** -24, Number.POSITIVE_INFINITY, Number.NaN];
    expect(numbers(others.get("float16"))).toEqual(half);
    const wide = [-1.5, 0, 65536, 129 * 2 ** -31, Number.POSITIVE_INFINITY, Number.NaN];
    expect(numbers(others.get("bfloat16"))).toEqual(wide);
  });

  it("is read whatever the order of its elements", () => {
    const tensor = others.get("strided") as TorchTensor;
    expect(tensor.shape).toEqual([2, 2, 3]);
    expect(numbers(tensor)).toEqual([0, 4, 8, 12, 16, 20, 2, 6, 10, 14, 18, 22]);
    expect(numbers(others.get("empty"))).toEqual([]);
    expect(numbers(others.get("parameter"))).toEqual([1, 1]);
  });

  it("is plain data", () => {
    const list = [null, true, 3, -(2 ** 40), 2n ** 62n, 0.1, "text ä"];
    const tuple = new TorchTuple([1, new TorchTuple([2])]);
    expect(others.get("plain")).toEqual([...list, tuple, new Map([[1, "one"]]), []]);
    expect(others.get("size")).toEqual(new TorchTuple([2, 3]));
    expect([...dict(others.get("network")).keys()]).toContain("running_mean");
  });
});

describe("what does not fit", () => {
  const file = fileOf("adam");
  const names = torchNames;
  const message = (act: () => unknown): string => {
    try {
      act();
      return "";
    } catch (error) {
      expect(error).toBeInstanceOf(RestoreError);
      return (error as Error).message;
    }
  };

  it("is all listed, and changes nothing", () => {
    const net = parameters({ b: [4], w: [3, 4], extra: [1] });
    const optimizer = optimize(net, sgd({ momentum: 0.9 }));
    const text = message(() => loadTorch(optimizer, statesOf(file), { names }));
    expect(text).toContain("`w` is Float32Array of shape [3,4], the model's is float32 of [4,3]");
    expect(text).toContain("the model has no tensor `extra`");
    expect(text).toContain("PyTorch saved no `momentum_buffer` (here `sgd.b`)");
    expect(text).toContain("`exp_avg`, `exp_avg_sq`, which sgd does not keep with these options");
    const fewer = optimize(parameters({ w: [4, 3] }), adam());
    expect(message(() => loadTorch(fewer, statesOf(file), { names }))).toContain(
      "no parameter here for PyTorch's `layer.bias`",
    );
    expect([...net.b.data]).toEqual([0, 0, 0, 0]);
    expect(optimizer.state().step).toBe(0);
  });

  it("names rules, wrappers and state that PyTorch does not have", () => {
    const make = (rule: Parameters<typeof optimize>[1]) => optimize(parameters(torchShapes), rule);
    const refused = (rule: Parameters<typeof optimize>[1]) =>
      message(() => loadTorch(make(rule), statesOf(file), { names }));
    expect(refused(lion() as never)).toContain("PyTorch does not have the rule lion");
    expect(refused(chain(adam(), ema()) as never)).toContain("PyTorch saved no `ema.average`");
    expect(() => torchStates(make(lion() as never))).toThrow(TorchFileError);
    const averaged = make(chain(adam(), ema()) as never);
    averaged.step({ w: new Float32Array(12), b: new Float32Array(4) } as never);
    expect(() => torchStates(averaged)).toThrow("no place for the state `ema.average`");
  });

  it("names options that PyTorch does not have, but says those that it has", () => {
    const states = (rule: Rule) => torchStates(optimize(parameters(torchShapes), rule));
    const refused: readonly [Rule, problem: string][] = [
      [adamw({ epsRoot: 1e-8 }), "AdamW has no `epsRoot`: with 1e-8 it makes other steps"],
      [amsgrad({ correctedMaximum: true }), "Adam has no `correctedMaximum`: with true"],
      [radam({ correctFirst: true }), "RAdam has no `correctFirst`"],
      [rmsprop({ biasCorrection: true }), "RMSprop has no `biasCorrection`"],
      [adafactor({ scaleParameter: false }), "Adafactor has no `scaleParameter`: with false"],
    ];
    for (const [rule, problem] of refused) expect(() => states(rule)).toThrow(problem);
    const saved = dict(states(adafactor({ weightDecay: 0.1 })).optimizer);
    expect((saved.get("param_groups") as TorchDict[])[0]!.get("weight_decay")).toBe(0.1);
  });

  it("asks for names that are not in the file", () => {
    const optimizer = torchOptimizer("adam");
    expect(message(() => loadTorch(optimizer, statesOf(file)))).toContain(
      '(`layer.weight`, `layer.bias`): map them with { names: { "layer.weight": "b", ... } }',
    );
    expect(message(() => loadTorch(optimizer, file as never))).toContain("nothing to load");
    const groups = dict(file.get("optimizer")).get("param_groups") as TorchDict[];
    const unnamed = groups.map((group) => new Map([...group].filter(([k]) => k !== "param_names")));
    const saved = new Map([...dict(file.get("optimizer")), ["param_groups", unnamed]]);
    expect(message(() => loadTorch(optimizer, { optimizer: saved }))).toContain("pass their names");
    const { model } = statesOf(file);
    loadTorch(optimizer, { model, optimizer: saved }, { names });
    expect(message(() => loadTorch(optimizer, { optimizer: "adam" }))).toContain("param_groups");
    expect(message(() => loadTorch(optimizer, { model: 3 }))).toContain("dict of tensors");
    expect(() => torchStates(optimizer, { names: { weight: "w" } })).toThrow("`b` is not among");
    expect(() => torchStates(optimizer, { names: { ...names, x: "y" } })).toThrow(
      "no parameter `y`",
    );
  });

  it("is nothing before the first step, if there was none here either", () => {
    const { optimizer: saved } = torchStates(torchOptimizer("adam"), { names });
    const optimizer = torchOptimizer("adam");
    expect(loadTorch(optimizer, { optimizer: saved }, { names }).step).toBe(0);
    goOn(optimizer, 1, 1);
    expect(message(() => loadTorch(optimizer, { optimizer: saved }, { names }))).toContain(
      "PyTorch saved no `exp_avg`",
    );
  });

  it("reports settings that were others, and keeps those of here", () => {
    const optimizer = optimize(parameters(torchShapes), adamw({ lr: 0.1, beta1: 0.8 }));
    const { hyper } = loadTorch(optimizer, statesOf(fileOf("adamw")), { names });
    expect(hyper.map(({ name, saved, now }) => [name, saved, now])).toEqual([
      ["adamw.lr", 0.05, 0.1],
      ["adamw.beta1", 0.9, 0.8],
      ["adamw.weightDecay", 0.1, 0.01],
    ]);
    const plain = torchOptimizer("adam");
    const report = loadTorch(plain, statesOf(fileOf("adam-l2")), { names });
    expect(report.hyper).toMatchObject([{ name: "adam.weight_decay", saved: 0.1, now: undefined }]);
  });

  it("finds parameters that have made different numbers of steps", () => {
    const saved = dict(file.get("optimizer"));
    const state = new Map(dict(saved.get("state")));
    state.set(1, new Map([...dict(state.get(1)), ["step", tensorOf(Float32Array.of(3), [])]]));
    const optimizer = torchOptimizer("adam");
    const changed = new Map([...saved, ["state", state as TorchDict]]);
    const text = message(() => loadTorch(optimizer, { optimizer: changed }, { names }));
    expect(text).toContain("different numbers of steps (`b` 3, `w` 10)");
  });

  it("names few of many, and takes each number once", () => {
    const optimizer = torchOptimizer("adam");
    const group = (params: TorchValue, more: [string, TorchValue][] = []) =>
      new Map<string, TorchValue>([["params", params], ...more]);
    const load = (state: TorchValue, groups: TorchValue) =>
      message(() => {
        loadTorch(
          optimizer,
          { optimizer: new Map([["state", state] as const, ["param_groups", groups] as const]) },
          { names },
        );
      });
    const params = Array.from({ length: 1000 }, (_, id) => id);
    expect(load(new Map(), Array(1e6).fill(group(params)))).toContain("each number once");
    // Each of 100 lists has the one before twice: as a text it would never end.
    let twice: TorchValue = [];
    for (let i = 0; i < 100; i++) twice = [twice, twice];
    const named = [group([0, 1], [["param_names", [twice, "b"]]])];
    expect(load(new Map([[0, new Map()]]), named)).toContain("PyTorch saved no `exp_avg`");
    const many = new Map(Array.from({ length: 1e5 }, (_, key) => [`k${key}`, 1] as const));
    const states = new Map([0, 1].map((id) => [id, many] as const));
    const text = load(states, [group([0, 1])]);
    expect(text).toContain("`k0`, `k1`, `k2`, `k3`, `k4` and more, which adam does not keep");
    expect(text.length).toBeLessThan(2000);
  });

  it("finds that steps were not counted, unless it is told how many there were", () => {
    const saved = dict(file.get("optimizer"));
    const kept = [...dict(saved.get("state"))].map(([id, slots]) => {
      return [id, new Map([...dict(slots)].filter(([key]) => key !== "step"))] as const;
    });
    const changed = new Map([...saved, ["state", new Map(kept) as TorchDict]]);
    const optimizer = torchOptimizer("adam");
    const text = message(() => loadTorch(optimizer, { optimizer: changed }, { names }));
    expect(text).toContain("parameter `b`: PyTorch saved no `step`");
    expect(loadTorch(optimizer, { optimizer: changed }, { names, step: 10 }).step).toBe(10);
  });
});

describe("what is written", () => {
  it("has groups, the rate that a schedule gave, and weight decay where PyTorch has it", () => {
    const lr = cosine({ initial: 0.1, steps: 10 });
    const optimizer = optimize(parameters(torchShapes), adamw({ lr }), {
      groups: [{ match: "b", weightDecay: 0 }],
    });
    const states = torchStates(optimizer, { names: torchNames, lr: 0.07 });
    const groups = states.optimizer.get("param_groups") as TorchDict[];
    const of = (group: TorchDict) =>
      ["lr", "weight_decay", "params", "param_names"].map((k) => group.get(k));
    expect(groups.map(of)).toEqual(
      expect.arrayContaining([
        [0.07, 0.01, expect.anything(), ["layer.weight"]],
        [0.07, 0, expect.anything(), ["layer.bias"]],
      ]),
    );
    expect(states.optimizer.get("state")).toEqual(new Map());
  });

  it("is refused where it is nothing of PyTorch's", () => {
    expect(() => writeTorch(undefined as never)).toThrow(TorchFileError);
    expect(() => writeTorch([() => 1] as never)).toThrow("function cannot be saved");
    expect(() => writeTorch(2n ** 70n)).toThrow("more than 64 bits");
    let deep: unknown[] = [];
    for (let depth = 0; depth < 300; depth++) deep = [deep];
    expect(() => writeTorch(deep as never)).toThrow("more than 200 deep");
  });
});
