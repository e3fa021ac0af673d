/** Runs in one folder at the same moment: what each saves, removes and resumes. together.ts has them in processes. */
import fs, { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CheckpointError, checkpoints, readCheckpoint } from "../../src/checkpoint/index.ts";
import { adam, optimize, parameters } from "../../src/index.ts";

const root = mkdtempSync(join(tmpdir(), "gradus-sharing-"));
let folder: string;
let count = 0;

beforeEach(() => {
  folder = join(root, `${count++}`);
});

afterEach(() => vi.restoreAllMocks());
afterAll(() => rmSync(root, { recursive: true }));

const fresh = () => optimize(parameters({ w: [2] }), adam());
type Trained = ReturnType<typeof fresh>;

function step(optimizer: Trained): Trained {
  optimizer.step({ w: [1, -2] });
  return optimizer;
}

const names = () => readdirSync(folder).toSorted();

/** Throws as the system does. */
function refuse(code: string): never {
  throw Object.assign(new Error(code), { code });
}

describe.each([
  ["with hard links", () => undefined],
  ["without hard links", () => vi.spyOn(fs, "linkSync").mockImplementation(() => refuse("EPERM"))],
])("two runs that save at the same moment, %s", (_, prepare) => {
  beforeEach(() => void prepare());

  /** Has something happen when all is written, before the name is taken. */
  function meanwhile(happens: () => void): void {
    const real = fs.linkSync;
    vi.spyOn(fs, "linkSync").mockImplementationOnce((...words) => {
      happens();
      return real(...words);
    });
  }

  it("save one: the second is told, whatever is in it, and the first one's stays", () => {
    const [first, second] = [checkpoints(folder), checkpoints(folder)];
    const [a, b] = [step(fresh()), step(fresh())];
    b.parameters.w.data.fill(7);
    let saved = "";
    meanwhile(() => {
      saved = first.save(a);
    });
    expect(() => second.save(b)).toThrow(/process \d+ has saved `000001-step-1\.safetensors`/);
    expect(names()).toEqual(["000001-step-1.safetensors"]);
    expect(readCheckpoint(saved).parameters["w"]!.read()).toEqual(a.parameters.w.data);
  });

  it("save one, if what has the name is gone again or no checkpoint as well", () => {
    const run = checkpoints(folder);
    meanwhile(() => mkdirSync(join(folder, "000001-step-0.safetensors")));
    expect(() => run.save(fresh())).toThrow(CheckpointError);
    expect(names()).toEqual(["000001-step-0.safetensors"]);
  });

  it("leave nothing where the system refuses in the end", () => {
    const run = checkpoints(folder);
    run.save(fresh());
    const left = names();
    const optimizer = step(fresh());
    const isFolder = (descriptor: number) => fs.fstatSync(descriptor).isDirectory();
    const real = fs.fsyncSync;
    vi.spyOn(fs, "fsyncSync").mockImplementation((descriptor) =>
      isFolder(descriptor) ? refuse("EIO") : real(descriptor),
    );
    expect(() => run.save(optimizer)).toThrow("it cannot be written: EIO");
    expect(names()).toEqual(left);
    vi.mocked(fs.fsyncSync).mockRestore();
    vi.spyOn(fs, "renameSync").mockImplementationOnce(() => refuse("EIO"));
    vi.spyOn(fs, "linkSync").mockImplementationOnce(() => refuse("EPERM"));
    expect(() => run.save(optimizer)).toThrow("it cannot be written: EIO");
    expect(names()).toEqual(left);
    run.save(optimizer);
    expect(run.list().map(({ step }) => step)).toEqual([0, 1]);
  });
});

it("a link that was made though the answer was lost, as over networks, is this run's", () => {
  const real = fs.linkSync;
  vi.spyOn(fs, "linkSync").mockImplementationOnce((...words) => {
    real(...words);
    refuse("EEXIST");
  });
  const run = checkpoints(folder);
  expect(readCheckpoint(run.save(fresh())).state!.step).toBe(0);
  run.save(step(fresh()));
  expect(names()).toHaveLength(2);
});

describe("what is to go", () => {
  it("goes later where it cannot now: what was saved is saved", () => {
    const run = checkpoints(folder, { keep: 1 });
    const optimizer = fresh();
    const real = fs.rmSync;
    run.save(step(optimizer));
    vi.spyOn(fs, "rmSync").mockImplementation((path, options) =>
      String(path).endsWith(".tmp") ? real(path, options) : refuse("EBUSY"),
    );
    run.save(step(optimizer));
    run.save(step(optimizer));
    expect(run.list().map(({ step }) => step)).toEqual([1, 2, 3]);
    vi.restoreAllMocks();
    run.save(step(optimizer));
    expect(run.list().map(({ step }) => step)).toEqual([4]);
  });

  it("stays where a process that still runs has saved it", () => {
    const run = checkpoints(folder, { keep: 1 });
    const optimizer = fresh();
    const own = Object.getOwnPropertyDescriptor(process, "pid")!;
    Object.defineProperty(process, "pid", { ...own, value: process.ppid });
    const path = run.save(step(optimizer));
    Object.defineProperty(process, "pid", own);
    const next = checkpoints(folder, { keep: 1 });
    next.save(step(optimizer));
    expect(readCheckpoint(path).state!.step).toBe(1);
    vi.spyOn(process, "kill").mockImplementation(() => refuse("ESRCH"));
    next.save(step(optimizer));
    expect(names()).toEqual(["000003-step-3.safetensors"]);
  });

  it("may go while another run resumes: that one looks again", () => {
    const run = checkpoints(folder, { keep: 1 });
    const optimizer = step(fresh());
    run.save(optimizer);
    const other = checkpoints(folder, { keep: 1 });
    vi.spyOn(fs, "openSync").mockImplementationOnce(() => {
      vi.mocked(fs.openSync).mockRestore();
      run.save(step(optimizer));
      refuse("ENOENT");
    });
    expect(other.resume(fresh())).toMatchObject({ step: 2, damaged: [] });
  });
});
