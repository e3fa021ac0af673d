// Runs the tests of checkpoints at length: kills, a full disk, a read-only file system, a million names, and a flip in each of
// many
// bytes.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CheckpointError,
  checkpoints,
  loadCheckpoint,
  saveCheckpoint,
} from "../../src/checkpoint/index.ts";
import { parseHeader } from "../../src/checkpoint/safetensors/index.ts";
import { createRandom } from "../../src/tasks/random.ts";
import { bundleTraining, killRepeatedly } from "../../tests/checkpoint/killing.ts";
import { isWhole, makeOptimizer, step } from "../../tests/checkpoint/training.ts";
import { check, type Finding, type Part, secondsSince } from "./part.ts";

const FLIPS = 2000;

const root = mkdtempSync(join(tmpdir(), "gradus-torture-"));

type Tell = (finding: Finding) => void;

/** The one clear error of an action. */
function refusalOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    check(error instanceof CheckpointError, `it is no CheckpointError: ${error}`);
    return (error as Error).message;
  }
  throw new Error("nothing was refused");
}

async function kill(each: number, tell: Tell): Promise<void> {
  const script = await bundleTraining(root);
  for (const kind of ["file", "folder"]) {
    const start = performance.now();
    const folder = join(root, kind);
    mkdirSync(folder);
    const path = kind === "file" ? join(folder, "run.safetensors") : folder;
    const kills = await killRepeatedly(script, kind, path, each);
    const writing = kills.filter(({ whileWriting }) => whileWriting).length;
    tell({
      what: `kill -9 of a training that saves to a ${kind}`,
      times: kills.length,
      figures: `each left a complete checkpoint; ${writing} came while a file was being written; ${kills.at(-1)!.step} steps in all; ${secondsSince(start)}`,
    });
  }
}

/** Mounts a small file system, if that is allowed, and checks what is refused there and what stays. */
function fill(tell: Tell): void {
  const disk = join(root, "disk");
  mkdirSync(disk);
  const mount = (...words: string[]) => spawnSync("mount", [...words, disk]).status === 0;
  if (process.platform !== "linux" || !mount("-t", "tmpfs", "-o", "size=1m", "tmpfs")) {
    tell({
      what: "a full disk",
      times: 0,
      figures: "no file system may be mounted here: tests/checkpoint/faults.test.ts limits files",
    });
    return;
  }
  try {
    const run = checkpoints(disk, { keep: 2 });
    const small = makeOptimizer(1000);
    step(small);
    run.save(small);
    const before = readdirSync(disk);
    const message = refusalOf(() => saveCheckpoint(join(disk, "large"), makeOptimizer(200_000)));
    check(/ENOSPC/.test(message), message);
    check(String(readdirSync(disk)) === String(before), "something was left on the full disk");
    step(small);
    run.save(small);
    const place = (text: string) => text.replaceAll(disk, "DISK");
    tell({
      what: "a full disk",
      times: 1,
      figures: `"${place(message)}"; the old checkpoint stays, and the next small one is saved`,
    });
    check(mount("-o", "remount,ro"), "it cannot be mounted again, read-only");
    const readOnly = refusalOf(() => run.save(small));
    check(/EROFS/.test(readOnly), readOnly);
    const resumed = makeOptimizer(1000);
    check(checkpoints(disk).resume(resumed)?.step === 2 && isWhole(resumed), "it was not resumed");
    tell({
      what: "a disk that became read-only",
      times: 1,
      figures: `"${place(readOnly)}"; the old checkpoint can be resumed`,
    });
  } finally {
    spawnSync("umount", [disk]);
  }
}

function flip(seed: number, tell: Tell): void {
  const start = performance.now();
  const path = join(root, "flipped.safetensors");
  const optimizer = makeOptimizer(5000);
  saveCheckpoint(path, optimizer);
  const bytes = readFileSync(path);
  const random = createRandom(seed);
  const headerEnd = 8 + Number(bytes.readBigUInt64LE(0));
  for (let i = 0; i < headerEnd * 8 + FLIPS; i++) {
    const inHeader = i < headerEnd * 8;
    const place = inHeader ? i >> 3 : random.integer(bytes.length);
    bytes[place]! ^= 1 << (i & 7);
    writeFileSync(path, bytes);
    refusalOf(() => loadCheckpoint(path, optimizer, { partial: true }));
    bytes[place]! ^= 1 << (i & 7);
  }
  tell({
    what: "a flipped bit: each bit of a header, and bits at random places",
    times: headerEnd * 8 + FLIPS,
    figures: `each was found; ${secondsSince(start)}`,
  });
}

function name(tell: Tell): void {
  const count = 1_000_000;
  const entries = Array.from({ length: count }, (_, i) => {
    const place = (i * 7919) % count;
    return `"layers.${i}.weight":{"dtype":"U8","shape":[1],"data_offsets":[${place},${place + 1}]}`;
  });
  const header = new TextEncoder().encode(`{${entries.join(",")}}`);
  entries.length = 0;
  const plain = performance.now();
  JSON.parse(new TextDecoder().decode(header));
  const json = secondsSince(plain);
  const start = performance.now();
  check(parseHeader(header, count).tensors.size === count, "names are missing");
  tell({
    what: "a header of a million names",
    times: 1,
    figures: `${(header.length / 1e6).toFixed(0)} MB read and checked in ${secondsSince(start)} (JSON.parse alone takes ${json})`,
  });
}

export const checkpointPart: Part = {
  name: "checkpoints",
  async run({ kills, seed }, tell) {
    try {
      await kill(kills / 2, tell);
      fill(tell);
      flip(seed, tell);
      name(tell);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  },
};
