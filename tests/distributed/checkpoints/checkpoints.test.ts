/** All ranks write one file, which is that of a single process; and any number of ranks goes on from it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadCheckpoint, readCheckpoint, saveCheckpoint } from "../../../src/checkpoint/index.ts";
import { runThreads } from "../../../src/distributed/index.ts";
import { adam, optimize, parameters } from "../../../src/index.ts";
import { bundleProgram } from "../programs.ts";
import { netOf, trainings, trainTo } from "./training.ts";

let folder: string;
let script: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gradus-together-"));
  script = await bundleProgram(folder, "checkpoints/program.ts");
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const newFolder = () => mkdtempSync(join(folder, "run-"));

const run = (ranks: number, what: string, path: string, training: string, sharded: string) =>
  runThreads(script, ranks, { argv: [what, path, training, sharded] });

const saidOf = (path: string, ranks: number) =>
  Array.from({ length: ranks }, (_, rank) =>
    JSON.parse(readFileSync(`${path}.${rank}.json`, "utf8")),
  );

/** Everything of a file but notes and who wrote it. */
function contentsOf(path: string) {
  const { parameters: saved, state } = readCheckpoint(path);
  return {
    weights: Object.entries(saved).map(([name, each]) => [name, each.shape, each.read()]),
    state: JSON.stringify({ ...state, parameters: undefined }),
    slots: Object.entries(state!.parameters).map(([name, slots]) => [
      name,
      Object.entries(slots).map(([slot, each]) => [slot, each.type, each.shape, each.read()]),
    ]),
  };
}

/** A single process that has the same gradients. */
function alone(name: string, steps: number, path: string): void {
  const { rule, options } = trainings[name]!;
  const optimizer = optimize(netOf(), rule(), { ...options, threads: 1 });
  trainTo(steps, optimizer);
  saveCheckpoint(path, optimizer);
  optimizer.dispose();
}

/** What is added over all parameters is added in parts first: these differ from a single process by rounding. */
const reducing = new Set(["prodigy", "a chain with an average"]);

/** Where nothing is cut there is less to see. */
const whole = new Set(["adam", "a plateau"]);

describe.each(Object.keys(trainings))("%s", (name) => {
  const ways = whole.has(name) ? ["sharded", "whole"] : ["sharded"];
  it.each(ways)("is one file of four ranks, %s", async (sharded) => {
    const path = newFolder();
    await run(4, "save", path, name, sharded);
    const file = join(path, "three.safetensors");
    expect(readCheckpoint(file).metadata).toEqual({ rank: 0 });
    if (sharded === "whole" || !reducing.has(name)) {
      alone(name, 3, join(path, "alone.safetensors"));
      expect(contentsOf(file)).toEqual(contentsOf(join(path, "alone.safetensors")));
    }
    // As it was saved, on another number of ranks, and on one.
    const other = sharded === "sharded" ? 2 : 4;
    await run(other, "resume", path, name, "sharded");
    expect(contentsOf(join(path, "again.safetensors"))).toEqual(contentsOf(file));
    const { rule, options } = trainings[name]!;
    const one = optimize(netOf(), rule(), { ...options, threads: 1 });
    loadCheckpoint(file, one);
    expect(one.steps).toBe(3);
    trainTo(6, one);
    saveCheckpoint(join(path, "one.safetensors"), one);
    if (!reducing.has(name)) {
      expect(contentsOf(join(path, "six.safetensors"))).toEqual(
        contentsOf(join(path, "one.safetensors")),
      );
    }
  });
});

it("any number of ranks reads what any other has written", async () => {
  const path = newFolder();
  await run(3, "save", path, "adafactor", "sharded");
  const file = contentsOf(join(path, "three.safetensors"));
  for (const ranks of [1, 2, 5]) {
    await run(ranks, "resume", path, "adafactor", "sharded");
    expect(contentsOf(join(path, "again.safetensors"))).toEqual(file);
  }
});

it("what one rank cannot save, none does, and all say who and why", async () => {
  const path = newFolder();
  await run(3, "fails", path, "adam", "sharded");
  const [first, second, third] = saidOf(path, 3);
  expect(second.message).toMatch(/^CheckpointError: .*three\.safetensors: .*function/);
  expect(first.message).toMatch(/^CheckpointError: .*three\.safetensors: rank 1: .*function/);
  expect(third.message).toBe(first.message);
  expect(first.names).toEqual(["one.safetensors"]);
});

it.each(["sharded", "whole"])("what has drifted is not saved: %s", async (sharded) => {
  const path = newFolder();
  await run(3, "drifted", path, "adam", sharded);
  for (const { message, names } of saidOf(path, 3)) {
    expect(message).toMatch(
      /^CheckpointError: .*three\.safetensors: rank 1 has drifted: its parameters/,
    );
    expect(names).toEqual([]);
  }
});

it("a file that does not fit is refused on all ranks, with what differs", async () => {
  const path = newFolder();
  const other = optimize(parameters({ w: [3] }), adam());
  saveCheckpoint(join(path, "other.safetensors"), other);
  await run(2, "misfit", path, "adam", "sharded");
  for (const { message } of saidOf(path, 2)) {
    expect(message).toMatch(/^RestoreError: .*the shape is \[64,33\], but it was saved as \[3\]/s);
  }
});

it("a folder keeps the last ones, and all ranks pass over one that is damaged", async () => {
  const path = newFolder();
  await run(2, "folder", path, "adam", "sharded");
  expect(saidOf(path, 2)).toEqual(Array(2).fill({ from: 0, damaged: 0, steps: [2, 3] }));
  writeFileSync(join(path, "run", "000003-step-3.safetensors"), "not any more");
  await run(3, "folder", path, "adam", "sharded");
  expect(saidOf(path, 3)).toEqual(Array(3).fill({ from: 2, damaged: 1, steps: [4, 5] }));
});
