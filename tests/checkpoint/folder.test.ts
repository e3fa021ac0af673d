/** Folders of checkpoints: which stay, which is loaded, and what a second run does. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import { CheckpointError, checkpoints, readCheckpoint } from "../../src/checkpoint/index.ts";
import { machine } from "../../src/checkpoint/node/temporary.ts";
import { adam, BindingError, optimize, parameters, RestoreError } from "../../src/index.ts";

const root = mkdtempSync(join(tmpdir(), "gradus-folder-"));
let folder: string;
let count = 0;

beforeEach(() => {
  folder = join(root, `run ${count++}`, "checkpoints");
});

afterAll(() => rmSync(root, { recursive: true }));

const fresh = () => optimize(parameters({ w: [2] }), adam());
type Trained = ReturnType<typeof fresh>;

function step(optimizer: Trained, steps = 1): Trained {
  for (let i = 0; i < steps; i++) optimizer.step({ w: [1, -2] });
  return optimizer;
}

const names = () => readdirSync(folder).toSorted();

describe("the last few", () => {
  it("stay, three of them by default, and the newest is loaded", () => {
    const run = checkpoints(folder);
    const optimizer = fresh();
    expect(run.list()).toEqual([]);
    expect(run.resume(optimizer)).toBeUndefined();
    for (let i = 0; i < 5; i++) run.save(step(optimizer), { metadata: { i } });
    const kept = [
      "000003-step-3.safetensors",
      "000004-step-4.safetensors",
      "000005-step-5.safetensors",
    ];
    expect(names()).toEqual(kept);
    expect(run.list().map(({ step }) => step)).toEqual([3, 4, 5]);
    const second = fresh();
    const report = checkpoints(folder).resume(second)!;
    expect(report).toMatchObject({ step: 5, metadata: { i: 4 }, damaged: [] });
    expect(report.path).toBe(join(folder, kept[2]!));
    expect(second.state()).toEqual(optimizer.state());
    expect(second.parameters).toEqual(optimizer.parameters);
  });

  it.each([
    [1, 1],
    [2, 2],
    [Number.POSITIVE_INFINITY, 6],
  ])("are %d if so many are asked for", (keep, left) => {
    const run = checkpoints(folder, { keep });
    const optimizer = fresh();
    for (let i = 0; i < 6; i++) run.save(step(optimizer));
    expect(names()).toHaveLength(left);
  });

  it("are those saved last, where a run went back to an earlier step", () => {
    const run = checkpoints(folder, { keep: 2 });
    const early = step(fresh(), 2);
    const saved = early.state();
    run.save(step(early, 8));
    early.restore(saved);
    run.save(step(early));
    run.save(step(early));
    expect(names()).toEqual(["000002-step-3.safetensors", "000003-step-4.safetensors"]);
    expect(run.resume(fresh())!.step).toBe(4);
  });

  it("are counted on by the next run", () => {
    const optimizer = fresh();
    checkpoints(folder, { keep: 2 }).save(step(optimizer));
    checkpoints(folder, { keep: 2 }).save(step(optimizer));
    checkpoints(folder, { keep: 2 }).save(step(optimizer));
    expect(names()).toEqual(["000002-step-2.safetensors", "000003-step-3.safetensors"]);
  });

  it.each([0, -1, 1.5, Number.NaN, "3"])("cannot be %s", (keep) => {
    expect(() => checkpoints(folder, { keep: keep as number })).toThrow(BindingError);
    expect(() => checkpoints(folder, { kept: 3 } as never)).toThrow(BindingError);
  });

  it("are alone in being touched: other files stay", () => {
    const run = checkpoints(folder, { keep: 1 });
    const optimizer = fresh();
    run.save(step(optimizer));
    const others = [
      "000000-step-x.safetensors",
      "best.safetensors",
      "notes.txt",
      "1-step-1.safetensors",
    ];
    for (const name of others) writeFileSync(join(folder, name), "");
    run.save(step(optimizer));
    expect(names()).toEqual([...others, "000002-step-2.safetensors"].toSorted());
  });
});

describe("a damaged one", () => {
  function damage(path: string, length = -1): void {
    const bytes = readFileSync(path);
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(path, length < 0 ? bytes : bytes.subarray(0, length));
  }

  it("is passed over, and reported", () => {
    const run = checkpoints(folder);
    const optimizer = fresh();
    const paths = [1, 2, 3].map(() => run.save(step(optimizer)));
    damage(paths[2]!);
    damage(paths[1]!, 100);
    const report = run.resume(fresh())!;
    expect(report).toMatchObject({ step: 1, path: paths[0] });
    expect(report.damaged.map(({ message }) => message)).toEqual([
      expect.stringMatching(/000003-step-3\.safetensors: its checksum is/),
      expect.stringMatching(/000002-step-2\.safetensors: its header has .* it was cut off$/),
    ]);
  });

  it("is an error where no other is left: such a run does not begin anew by itself", () => {
    const run = checkpoints(folder);
    damage(run.save(fresh()));
    expect(() => run.resume(fresh())).toThrow(CheckpointError);
    expect(() => run.resume(fresh())).toThrow("none of its checkpoints can be read");
  });

  it("is not one that does not fit", () => {
    const run = checkpoints(folder);
    run.save(fresh());
    run.save(optimize(parameters({ w: [3] }), adam()));
    expect(() => run.resume(fresh())).toThrow(RestoreError);
  });
});

describe("a second run in one folder", () => {
  it("is an error that names the first one's process, and changes nothing", () => {
    const [first, second] = [checkpoints(folder), checkpoints(folder)];
    const optimizer = fresh();
    const path = first.save(step(optimizer));
    const before = readFileSync(path);
    const act = () => second.save(optimizer);
    expect(act).toThrow(CheckpointError);
    expect(act).toThrow(
      `${folder}: process ${process.pid} has saved \`000001-step-1.safetensors\``,
    );
    expect(names()).toEqual(["000001-step-1.safetensors"]);
    expect(readFileSync(path)).toEqual(before);
    first.save(step(optimizer));
    expect(second.resume(fresh())!.step).toBe(2);
    second.save(step(optimizer));
    expect(() => first.save(optimizer)).toThrow("000003-step-3");
  });

  it("never removes what the first one has saved", () => {
    const optimizer = fresh();
    checkpoints(folder, { keep: 1 }).save(step(optimizer));
    const [first, second] = [checkpoints(folder, { keep: 1 }), checkpoints(folder, { keep: 1 })];
    first.save(step(optimizer));
    writeFileSync(join(folder, "000009-step-9.safetensors"), "damaged: of nobody");
    expect(() => second.save(optimizer)).toThrow("process");
    expect(() => first.save(optimizer)).toThrow("another run has saved `000009-step-9");
    expect(names()).toHaveLength(2);
  });
});

describe("numbers in names", () => {
  it.each([
    "99999999999999999999-step-1.safetensors",
    "9007199254740992-step-1.safetensors",
    "1000000000000000-step-1.safetensors",
    "0000007-step-1.safetensors",
    "000007-step-01.safetensors",
    "000007-step-9007199254740993.safetensors",
  ])("that no run gives are of other files: %s", (name) => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), "mine");
    const run = checkpoints(folder, { keep: 1 });
    const optimizer = fresh();
    run.save(step(optimizer));
    run.save(step(optimizer));
    expect(run.list().map(({ number }) => number)).toEqual([2]);
    expect(checkpoints(folder).resume(fresh())!.step).toBe(2);
    expect(readFileSync(join(folder, name), "utf8")).toBe("mine");
  });

  it.each([
    [999_999, "1000000-step-1.safetensors"],
    [999_999_999_999_998, "999999999999999-step-1.safetensors"],
  ])("are counted on from %d, in order", (number, next) => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${number}-step-5.safetensors`), "damaged");
    const run = checkpoints(folder);
    expect(run.save(step(fresh()))).toBe(join(folder, next));
    expect(run.list().map(({ number }) => number)).toEqual([number, number + 1]);
    expect(checkpoints(folder).resume(fresh())).toMatchObject({ step: 1, damaged: [] });
  });

  it("of which there is none after are an error, before anything is hidden", () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "999999999999999-step-5.safetensors"), "");
    const act = () => checkpoints(folder).save(fresh());
    expect(act).toThrow(CheckpointError);
    expect(act).toThrow(
      `${folder}: \`999999999999999-step-5.safetensors\` has the largest possible number`,
    );
    expect(names()).toHaveLength(1);
  });
});

describe("what a killed process has left", () => {
  const here = machine();
  const temporary = (owner: string, pid: number) => `.gradus-${owner}-${pid}-left1.tmp`;
  // The largest number that Linux gives is 2^22.
  const dead = 2 ** 22 + 1;

  it("is removed at the next save, and nobody else's is", () => {
    const run = checkpoints(folder);
    run.save(fresh());
    const others = [
      temporary("0", dead),
      temporary(here, process.ppid),
      temporary(here, process.pid),
      ".gradus-notes.tmp",
    ];
    const left = [
      temporary(here, dead),
      `.gradus-${here}-${process.pid}-before.tmp`,
      temporary("abc", process.pid),
    ];
    for (const name of [...left, ...others]) writeFileSync(join(folder, name), "");
    // Of an earlier process with this one's number, as containers have them, and of another machine or container: there
    // numbers of processes say nothing, but nobody writes for an hour without touching the file.
    for (const name of left.slice(1)) utimesSync(join(folder, name), 1, 1);
    const soon = Date.now() / 1000 - 3000;
    utimesSync(join(folder, temporary("0", dead)), soon, soon);
    run.save(step(fresh()));
    expect(names().filter((name) => name.endsWith(".tmp"))).toEqual(others.toSorted());
  });
});

/** Calls a function with the number of a process that has ended, and whose parent does not wait for it. */
async function withZombie(act: (number: number) => void): Promise<void> {
  const parent = spawn("sh", ["-c", "true & echo $!; exec sleep 60"]);
  try {
    const [number] = (await once(parent.stdout, "data")) as [Buffer];
    const state = () => readFileSync(`/proc/${Number(number)}/stat`, "utf8").split(") ")[1]![0];
    await vi.waitUntil(() => state() === "Z", { timeout: 20_000 });
    act(Number(number));
  } finally {
    parent.kill();
  }
}

describe("what a killed process has left that its parent has not waited for", () => {
  it("is removed at the next save", () =>
    withZombie((zombie) => {
      const run = checkpoints(folder, { keep: 1 });
      const optimizer = fresh();
      run.save(optimizer);
      const left = join(folder, `.gradus-${machine()}-${zombie}-left1.tmp`);
      writeFileSync(left, "");
      run.save(step(optimizer));
      expect(names()).toEqual(["000002-step-1.safetensors"]);
    }));
});

describe("a folder that is none", () => {
  it("is an error", () => {
    const file = join(root, "file");
    writeFileSync(file, "");
    expect(() => checkpoints(file)).toThrow(/file: it cannot be read: ENOTDIR/);
    expect(() => checkpoints("")).toThrow(CheckpointError);
    expect(() => checkpoints(7 as never)).toThrow(CheckpointError);
    expect(() => checkpoints(new URL("https://example.org/"))).toThrow(CheckpointError);
  });
});

it("says which process wrote it only where others may write too", () => {
  const path = checkpoints(folder).save(fresh());
  expect(readFileSync(path, "latin1")).toContain(`\\"process\\":${process.pid}`);
  expect(readCheckpoint(path)).not.toHaveProperty("process");
});
