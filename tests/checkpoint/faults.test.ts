/** Faults as they happen: killed processes, full disks, folders that cannot be written, files that are none. */
import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  CheckpointError,
  checkpoints,
  loadCheckpoint,
  readCheckpoint,
  saveCheckpoint,
} from "../../src/checkpoint/index.ts";
import { bundleTraining, killRepeatedly, temporaryIn } from "./killing.ts";
import { saveTogether } from "./together.ts";
import { isWhole, makeOptimizer, step } from "./training.ts";

/** Of processes, for each kind of saving: `npm run torture` kills 200. */
const KILLS = 5;

/** Of several processes in one folder: `npm run torture` plays 500. */
const ROUNDS = 15;

let root: string;
let script: string;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "gradus-faults-"));
  script = await bundleTraining(root);
});

afterAll(() => rmSync(root, { recursive: true }));

describe("a process that is killed while it saves", () => {
  it.each(["file", "folder"])("leaves a whole checkpoint, in a %s", async (kind) => {
    const parent = join(root, `killed-${kind}`);
    mkdirSync(parent);
    const path = kind === "file" ? join(parent, "run.safetensors") : parent;
    const kills = await killRepeatedly(script, kind, path, KILLS);
    expect(kills).toHaveLength(KILLS);
    saveCheckpoint(join(parent, "last.safetensors"), makeOptimizer());
    expect(temporaryIn(parent)).toEqual([]);
  });
});

it("processes that save into one folder at the same time: what each reports is there and whole", async () => {
  const parent = join(root, "together");
  mkdirSync(parent);
  const { saved, refused } = await saveTogether(parent, ROUNDS, 1);
  expect(saved).toBeGreaterThan(ROUNDS);
  expect(refused).toBeGreaterThan(0);
});

describe("a file that cannot be written", () => {
  it.skipIf(process.platform === "win32")(
    "because it would be too large, is one clear error, and the one before stays (Windows has no such limit)",
    () => {
      const folder = join(root, "full");
      mkdirSync(folder);
      const path = join(folder, "run.safetensors");
      saveCheckpoint(path, makeOptimizer(10));
      const before = readFileSync(path);
      // 100 kB and more are not to be had, in units of 512 bytes or of 1024.
      const limited = 'ulimit -f 100 && exec "$0" "$@"';
      const words = ["-c", limited, process.execPath, script, "file", path];
      const { status, stderr, stdout } = spawnSync("sh", words, { encoding: "utf8" });
      expect([status, stdout]).toEqual([1, ""]);
      expect(stderr).toContain(`CheckpointError: ${path}: it cannot be written: EFBIG`);
      expect(readFileSync(path)).toEqual(before);
      expect(readdirSync(folder)).toEqual(["run.safetensors"]);
    },
  );

  it.each<[string, () => string, RegExp]>([
    ["a folder that is not there", () => join(root, "none", "run"), /cannot be written: ENOENT/],
    ["a folder that is a file", () => join(script, "run"), /cannot be written: ENOTDIR/],
    ["the name of a folder", () => root, /cannot be written: it is not a file but a folder/],
    [
      "a name that is too long",
      () => join(root, "x".repeat(300)),
      /cannot be written: ENAMETOOLONG/,
    ],
    ["a name with a zero", () => join(root, "a\0b"), /a path must be a string or a URL/],
  ])("for %s, is one clear error, and leaves nothing", (_, pathOf, message) => {
    const before = readdirSync(root);
    const act = () => saveCheckpoint(pathOf(), makeOptimizer(10));
    expect(act).toThrow(CheckpointError);
    expect(act).toThrow(message);
    expect(readdirSync(root)).toEqual(before);
  });

  it.skipIf(!existsSync("/proc/self"))(
    "for a folder that nobody may write into, root included, is one clear error (only Linux has one)",
    () => {
      const act = () => saveCheckpoint("/proc/self/run.safetensors", makeOptimizer(10));
      expect(act).toThrow(CheckpointError);
      expect(act).toThrow(/\/proc\/self\/run\.safetensors: it cannot be written: E/);
      expect(() => checkpoints("/proc/self/fd/none/run").save(makeOptimizer(10))).toThrow(
        /it cannot be made: E/,
      );
    },
  );

  it("leaves the optimizer able to go on", () => {
    const optimizer = makeOptimizer(10);
    step(optimizer);
    expect(() => saveCheckpoint(join(root, "none", "run"), optimizer)).toThrow(CheckpointError);
    step(optimizer);
    saveCheckpoint(join(root, "later.safetensors"), optimizer);
    const second = makeOptimizer(10);
    expect(loadCheckpoint(join(root, "later.safetensors"), second).step).toBe(2);
    expect(isWhole(second)).toBe(true);
  });
});

describe("a file that cannot be read", () => {
  it.each<[string, () => string, RegExp]>([
    ["is not there", () => join(root, "none"), /it cannot be read: ENOENT/],
    ["is a folder", () => root, /it is not a file/],
    ["is empty", () => made("empty", ""), /has 0 bytes and no room/],
    ["is a text", () => made("text", "{ this is no checkpoint }"), /its header would have/],
    ["is an archive", () => made("zip", `PK\x03\x04${"\0".repeat(99)}`), /begin with \{|cut off/],
  ])("because it %s, is one clear error", (_, pathOf, message) => {
    const path = pathOf();
    const act = () => loadCheckpoint(path, makeOptimizer(10));
    expect(act).toThrow(CheckpointError);
    expect(act).toThrow(message);
    expect(act).toThrow(path);
  });

  it.skipIf(process.platform === "win32")(
    "is a pipe, which would be waited for, as it would be to write (not on Windows)",
    () => {
      const path = join(root, "pipe");
      execFileSync("mkfifo", [path]);
      const message = "it is not a file but a named pipe";
      expect(() => loadCheckpoint(path, makeOptimizer(10))).toThrow(message);
      expect(() => readCheckpoint(path)).toThrow(message);
      expect(() => saveCheckpoint(path, makeOptimizer(10))).toThrow(message);
      expect(statSync(path).isFIFO()).toBe(true);
    },
  );
});

function made(name: string, text: string): string {
  const path = join(root, name);
  writeFileSync(path, text);
  return path;
}
