/** How a file is put where another is: its mode, links to it, and names that nobody can guess. */
import fs, {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  CheckpointError,
  checkpoints,
  readCheckpoint,
  saveCheckpoint,
} from "../../src/checkpoint/index.ts";
import { makeOptimizer } from "./training.ts";

const root = mkdtempSync(join(tmpdir(), "gradus-manners-"));
let folder: string;
let path: string;
let count = 0;

beforeEach(() => {
  folder = join(root, `${count++}`);
  mkdirSync(folder);
  path = join(folder, "run.safetensors");
});

afterEach(() => vi.restoreAllMocks());
afterAll(() => rmSync(root, { recursive: true }));

const save = (to = path) => saveCheckpoint(to, makeOptimizer(10));
const modeOf = (file: string) => statSync(file).mode & 0o7777;

describe("a file that is replaced", () => {
  it.each([0o600, 0o640, 0o666, 0o444])("keeps its mode %o, whatever the mask", (mode) => {
    writeFileSync(path, "before");
    chmodSync(path, mode);
    const before = process.umask(0o027);
    try {
      save();
    } finally {
      process.umask(before);
    }
    expect(modeOf(path)).toBe(mode);
    expect(readCheckpoint(path).state!.step).toBe(0);
  });

  it("never lends the rights of its owner", () => {
    writeFileSync(path, "before");
    chmodSync(path, 0o4755);
    save();
    expect(modeOf(path)).toBe(0o755);
  });

  it("is for no more eyes while it is written", () => {
    writeFileSync(path, "before");
    chmodSync(path, 0o600);
    const modes: number[] = [];
    const real = fs.writeSync;
    vi.spyOn(fs, "writeSync").mockImplementation((...words: unknown[]) => {
      modes.push(fs.fstatSync(words[0] as number).mode & 0o777);
      return (real as (...words: unknown[]) => number)(...words);
    });
    save();
    expect(new Set(modes)).toEqual(new Set([0o600]));
  });

  it("stays its owner's, where that may be decided", () => {
    writeFileSync(path, "before");
    const { uid, gid } = statSync(path);
    const other = process.getuid!() === 0 ? [uid + 1, gid + 1] : [uid, gid];
    chownSync(path, other[0]!, other[1]!);
    save();
    expect([statSync(path).uid, statSync(path).gid]).toEqual(other);
    vi.spyOn(fs, "fchownSync").mockImplementation(() => {
      throw Object.assign(new Error("EPERM"), { code: "EPERM" });
    });
    save();
    expect(readCheckpoint(path).state!.step).toBe(0);
  });

  it("that is new has the mode of new files", () => {
    const before = process.umask(0o027);
    try {
      save();
      const saved = checkpoints(join(folder, "all")).save(makeOptimizer(10));
      expect([modeOf(path), modeOf(saved)]).toEqual([0o640, 0o640]);
    } finally {
      process.umask(before);
    }
  });
});

describe("a link", () => {
  const link = () => join(folder, "latest");

  it.each(["run.safetensors", "elsewhere/../run.safetensors"])(
    "to a file is followed, and stays: %s",
    (to) => {
      mkdirSync(join(folder, "elsewhere"));
      writeFileSync(path, "before");
      chmodSync(path, 0o600);
      symlinkSync(to, link());
      const second = join(folder, "elsewhere", "link to a link");
      symlinkSync(link(), second);
      save(second);
      expect(readlinkSync(link())).toBe(to);
      expect(lstatSync(second).isSymbolicLink()).toBe(true);
      expect(readCheckpoint(path).state!.step).toBe(0);
      expect(modeOf(path)).toBe(0o600);
      expect(readdirSync(join(folder, "elsewhere"))).toEqual(["link to a link"]);
    },
  );

  it("to nothing is refused, and nothing is made where it leads to", () => {
    symlinkSync("run.safetensors", link());
    const act = () => save(link());
    expect(act).toThrow(CheckpointError);
    expect(act).toThrow(`${link()}: it is a link to \`run.safetensors\`, which does not exist`);
    expect(readdirSync(folder)).toEqual(["latest"]);
    symlinkSync("round", join(folder, "round"));
    expect(() => save(join(folder, "round"))).toThrow(CheckpointError);
  });

  it.each(["/dev/null", "."])("to %s is refused, and stays", (to) => {
    symlinkSync(to, link());
    expect(() => save(link())).toThrow(/it is not a file but a (device|folder)/);
    expect(() => readCheckpoint(link())).toThrow(/it is not a file but a (device|folder)/);
    expect(readlinkSync(link())).toBe(to);
  });

  it("in a folder of checkpoints is removed, and not what it leads to", () => {
    const run = join(folder, "run");
    mkdirSync(run);
    save();
    symlinkSync(path, join(run, "000001-step-0.safetensors"));
    const all = checkpoints(run, { keep: 1 });
    expect(all.resume(makeOptimizer(10))!.step).toBe(0);
    all.save(makeOptimizer(10));
    expect(readdirSync(run)).toEqual(["000002-step-0.safetensors"]);
    expect(readCheckpoint(path).state!.step).toBe(0);
  });
});

describe("a temporary file", () => {
  it("has a name that differs each time, and takes no place that is taken", () => {
    const opened: string[] = [];
    const real = fs.openSync;
    vi.spyOn(fs, "openSync").mockImplementation((file, flags, mode) => {
      if (String(file).endsWith(".tmp")) opened.push(`${flags} ${file}`);
      return real(file, flags, mode);
    });
    for (let i = 0; i < 20; i++) save();
    expect(new Set(opened).size).toBe(20);
    for (const each of opened) expect(each).toMatch(/^wx .*-\d+-[0-9a-z]{16,}\.tmp$/);
  });

  it("is not looked for where a folder may be written into and not read", () => {
    const real = fs.readdirSync;
    vi.spyOn(fs, "readdirSync").mockImplementation(((at: string, options: never) => {
      if (at === folder) throw Object.assign(new Error("EACCES"), { code: "EACCES" });
      return real(at, options);
    }) as never);
    save();
    expect(readCheckpoint(path).state!.step).toBe(0);
  });
});

it("a path that becomes a pipe between looking and opening is not waited for", async () => {
  const { execFileSync } = await import("node:child_process");
  save();
  const real = fs.statSync;
  vi.spyOn(fs, "statSync").mockImplementationOnce(((...words: Parameters<typeof real>) => {
    const found = real(...words);
    rmSync(path);
    execFileSync("mkfifo", [path]);
    return found;
  }) as never);
  expect(() => readCheckpoint(path)).toThrow("it is not a file but a named pipe");
});
