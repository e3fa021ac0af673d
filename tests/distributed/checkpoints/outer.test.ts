/** All ranks of `outer` write one file, and as many go on from it bit for bit; other numbers of ranks, and one process, go on from it as well. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadCheckpoint, readCheckpoint, saveCheckpoint } from "../../../src/checkpoint/index.ts";
import { connect, runThreads } from "../../../src/distributed/index.ts";
import { adamw, optimize, parameters, RestoreError } from "../../../src/index.ts";
import { mapped } from "../../../src/runtime/state/state.ts";
import { bundleProgram } from "../programs.ts";
import { every, makeRun, type Net, trainings } from "./outerTraining.ts";

let folder: string;
let script: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gradus-together-"));
  script = await bundleProgram(folder, "checkpoints/outerProgram.ts");
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Look {
  readonly net: Record<string, readonly number[]>;
  readonly state: Record<"nested" | "counters" | "parameters", object>;
  readonly shared: Record<string, readonly number[]>;
}

interface Resumed {
  readonly differences: readonly string[];
  readonly step: number;
  readonly loaded: Look;
  readonly end: Look;
}

/** Runs a program on threads. @returns what each rank says */
async function run<T>(what: string, ranks: number, path: string, training: string): Promise<T[]> {
  await runThreads(script, ranks, { argv: [what, path, training] });
  return Array.from({ length: ranks }, (_, rank) =>
    JSON.parse(readFileSync(join(path, `${what}.${ranks}.${rank}.json`), "utf8")),
  );
}

const newFolder = () => mkdtempSync(join(folder, "run-"));
const fileOf = (path: string, call: number) => join(path, `call-${call}.safetensors`);

describe.each(Object.keys(trainings))("%s", (name) => {
  it("goes on bit for bit from each moment", async () => {
    const path = newFolder();
    const whole = await run<Look[]>("save", 3, path, name);
    expect(readCheckpoint(fileOf(path, 5)).metadata).toEqual({ rank: 0 });
    const resumed = await run<Resumed[]>("resume", 3, path, name);
    for (const [rank, moments] of resumed.entries()) {
      for (const [call, { differences, loaded, end }] of moments.entries()) {
        expect(differences).toEqual([]);
        expect(loaded).toEqual(whole[rank]![call]);
        expect(end).toEqual(whole[rank]!.at(-1));
      }
    }
  });
});

/** What a file has for one of its ranks. */
function savedOf(path: string, rank: number) {
  const { state } = readCheckpoint(path);
  const saved = state!.nested["ranks"]!.nested[rank]!;
  return {
    weights: mapped(saved.parameters, (slots) => slots["rank.weights"]!.read()),
    slots: mapped(saved.parameters, ({ "rank.weights": _, ...slots }) =>
      mapped(slots, (each) => each.read()),
    ),
    counters: saved.counters,
  };
}

const plain = (value: unknown) =>
  JSON.parse(
    JSON.stringify(value, (_, each) =>
      ArrayBuffer.isView(each) ? Array.from(each as Float32Array) : each,
    ),
  );

const valuesOf = (net: Net) => plain(mapped(net, ({ data }) => data));

describe("another number of ranks", () => {
  let path: string;
  let whole: Look[][];
  beforeAll(async () => {
    path = newFolder();
    whole = await run<Look[]>("save", 3, path, "adamw");
  });

  it.each([1, 2, 5])("each of %i takes the state of one that has saved", async (ranks) => {
    const resumed = await run<Resumed[]>("resume", ranks, path, "adamw");
    for (const [rank, moments] of resumed.entries()) {
      for (const [call, { differences, loaded }] of moments.entries()) {
        expect(differences).toEqual([]);
        // Its draws stay its own.
        const { state, ...rest } = whole[rank % 3]![call]!;
        expect(loaded).toEqual({ ...rest, state: { ...state, seed: rank } });
      }
    }
    // And all of them go on together.
    for (const call of resumed[0]!.keys()) {
      const [first, ...others] = resumed.map((each) => each[call]!.end);
      for (const other of others) {
        expect(other.state.nested).toEqual(first!.state.nested);
        expect(other.shared).toEqual(first!.shared);
      }
    }
  });

  it("has what each rank had", () => {
    for (const rank of [0, 1, 2]) {
      const { net, state } = whole[rank]![5]!;
      const { weights, slots, counters } = savedOf(fileOf(path, 5), rank);
      expect(plain(weights)).toEqual(net);
      expect(plain(counters)).toEqual(state.counters);
      expect(plain(slots)).toEqual(state.parameters);
    }
  });

  it("has once what is the same on all ranks", () => {
    const elements = 7 * 33 + 5;
    // Shared weights and momentum; two states of each rank; and between outer steps its own weights.
    const arrays = (call: number) => (call % every === 0 ? 2 + 2 * 3 : 2 + 3 * 3);
    for (const call of [1, 2, 3, 4, 5, 6, 7]) {
      const bytes = readFileSync(fileOf(path, call));
      const header = Number(bytes.readBigUInt64LE(0));
      expect(bytes.length - 8 - header).toBe(4 * elements * arrays(call));
    }
  });
});

/** What differs for an optimizer without `outer`. */
const withoutOuter = [
  "`outer` was saved, but is not there now",
  "`ranks` was saved, but is not there now",
];

describe("one process", () => {
  it("reads the shared weights, and evaluates them", async () => {
    const path = newFolder();
    const whole = await run<Look[]>("save", 2, path, "an average outside");
    for (const call of [3, 5]) {
      const file = fileOf(path, call);
      const alone = makeRun("an average outside", await connect());
      loadCheckpoint(file, alone.optimizer);
      const { shared, net } = whole[0]![call]!;
      expect(plain(alone.optimizer.evaluationWeights())).toEqual(shared);
      expect(valuesOf(alone.net)).toEqual(net);
      // What it saves is as what it has read: of one rank.
      saveCheckpoint(join(path, "one.safetensors"), alone.optimizer);
      expect(savedOf(join(path, "one.safetensors"), 0)).toEqual(savedOf(file, 0));
      // The weights of a run behind an outer step, and those of the last outer step otherwise.
      const { parameters } = readCheckpoint(file);
      expect(plain(mapped(parameters, (each) => each.read()))).toEqual(whole[1]![3]!.net);
    }
  });

  it("goes on without outer by the weights, and the state of the first rank", async () => {
    const path = newFolder();
    const [first] = await run<Look[]>("save", 2, path, "adamw");
    const net = parameters({ w: [7, 33], b: [5], none: [0] });
    const optimizer = optimize(net, adamw());
    expect(() => loadCheckpoint(fileOf(path, 5), optimizer)).toThrow(RestoreError);
    const { differences } = loadCheckpoint(fileOf(path, 5), optimizer, { partial: true });
    expect(differences).toEqual(withoutOuter);
    expect(valuesOf(net as unknown as Net)).toEqual(first![3]!.net);
    expect(plain(optimizer.state().parameters)).toEqual(first![5]!.state.parameters);
  });

  it("may be that of ranks that average gradients", async () => {
    const path = newFolder();
    const [first] = await run<Look[]>("save", 2, path, "adamw");
    const net = parameters({ w: [7, 33], b: [5], none: [0] });
    const optimizer = optimize(net, adamw());
    loadCheckpoint(fileOf(path, 5), optimizer, { partial: true });
    const mean = mapped(net, ({ data }) => new Float32Array(data.length).fill(1.5));
    optimizer.step(mean as typeof optimizer.gradients);
    interface Said {
      readonly differences: readonly string[];
      readonly loaded: object;
      readonly net: object;
    }
    for (const said of (await run<Said[]>("onward", 2, path, "adamw")).flat()) {
      expect(said.differences).toEqual(withoutOuter);
      expect(said.loaded).toEqual(first![3]!.net);
      expect(said.net).toEqual(valuesOf(net as unknown as Net));
    }
  });

  it("may have saved what ranks go on from", async () => {
    const path = newFolder();
    const net = parameters({ w: [7, 33], b: [5], none: [0] });
    net.w.data.fill(0.5);
    const optimizer = optimize(net, adamw());
    optimizer.step({ w: new Float32Array(7 * 33).fill(1), b: [1, 2, 3, 4, 5], none: [] });
    saveCheckpoint(join(path, "alone.safetensors"), optimizer);
    const said = await run<{ message: string; net: object }>("from", 2, path, "adamw");
    for (const { message, net: values } of said) {
      expect(message).toMatch(/^RestoreError: .*`outer` was not saved/s);
      expect(values).toEqual(valuesOf(net as unknown as Net));
    }
  });
});

it("a group of ranks that average gradients within saves and goes on, behind an outer step", async () => {
  interface Said {
    readonly message: string;
    readonly ends: readonly [object, object];
  }
  for (const { message, ends } of await run<Said>("near", 2, newFolder(), "")) {
    expect(message).toMatch(
      /^CheckpointError: .*call-0\.safetensors: this rank has gradients that wait for an update \(1\)/,
    );
    expect(ends[1]).toEqual(ends[0]);
  }
});

it("what one rank cannot save, none does, and all say who and why", async () => {
  const path = newFolder();
  const [first, second, third] = await run<{ message: string; names: string[] }>(
    ...(["fails", 3, path, "adamw"] as const),
  );
  expect(second!.message).toMatch(/^CheckpointError: .*call-1\.safetensors: .*function/);
  expect(first!.message).toMatch(/^CheckpointError: .*call-1\.safetensors: rank 1: .*function/);
  expect(third!.message).toBe(first!.message);
  expect(first!.names).toEqual([]);
});

it("shared weights that one rank has otherwise are not saved", async () => {
  const path = newFolder();
  const all = await run<{ early: string; late: string; names: string[] }>(
    ...(["drifted", 3, path, "adamw"] as const),
  );
  for (const { early, late, names } of all) {
    for (const message of [early, late]) {
      expect(message).toMatch(
        /^CheckpointError: .*: rank 1 has drifted: its shared weights, .* call begin\(\) before/,
      );
    }
    expect(names).toEqual(["call-0.safetensors"]);
  }
});

it("a folder names files by the steps of the first rank, and all ranks pass over a damaged one", async () => {
  const path = newFolder();
  interface Said {
    readonly from: number;
    readonly damaged: number;
    readonly steps: number;
    readonly names: readonly string[];
  }
  const name = "steps that one rank leaves out";
  const said = await run<Said>("folder", 2, path, name);
  const names = ["000003-step-3.safetensors", "000004-step-4.safetensors"];
  expect(said.map((each) => each.names)).toEqual([names, names]);
  expect(said.map(({ steps }) => steps)).toEqual([4, 3]);
  writeFileSync(join(path, "run", names[1]!), "not any more");
  for (const { from, damaged } of await run<Said>("folder", 3, path, name)) {
    expect([from, damaged]).toEqual([3, 1]);
  }
});
