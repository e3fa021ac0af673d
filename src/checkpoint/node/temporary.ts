/**
 * Names of unfinished files. A name says which process on which machine writes the file, so that the next save can remove what a
 * killed process has left. The rest of the name cannot be guessed.
 */
import { builtin } from "../../runtime/threads/platform.ts";
import { crc32 } from "../crc32.ts";
import { codeOf, fileSystem } from "./files.ts";

type System = typeof import("node:os");
type Paths = typeof import("node:path");

const pattern = /^\.gradus-([0-9a-f]{1,8})-(\d+)-\w+\.tmp$/;

/** A process that still writes touches its file more often than this many milliseconds. */
const untouchedFor = 3_600_000;

const join = (folder: string, name: string): string =>
  builtin<Paths>("node:path")!.join(folder, name);

function textOf(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}

/**
 * Identifies where process numbers are unique: a machine since its start, and on Linux the container. It is a checksum, because
 * names of machines may contain any characters.
 */
export function machine(): string {
  const { readFileSync, readlinkSync } = fileSystem();
  const parts = [
    builtin<System>("node:os")!.hostname(),
    textOf(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8")),
    textOf(() => readlinkSync("/proc/self/ns/pid")),
  ];
  return crc32(new TextEncoder().encode(parts.join("\n"))).toString(16);
}

export function newTemporaryName(folder: string): string {
  const random = [...globalThis.crypto.getRandomValues(new Uint32Array(4))];
  const rest = random.map((each) => each.toString(36)).join("");
  return join(folder, `.gradus-${machine()}-${globalThis.process.pid}-${rest}.tmp`);
}

/** Removes a file. If that fails, the file only takes space. */
export function removeQuietly(path: string): void {
  try {
    fileSystem().rmSync(path, { force: true });
  } catch {
    // Another user's file in a shared folder, or one that is open in another program.
  }
}

/**
 * Removes the unfinished files of processes that have ended.
 * @param now by the clock of the folder's machine, which may be another one
 */
export function removeAbandoned(folder: string, now: number): void {
  const here = machine();
  for (const name of namesIn(folder)) {
    const [, owner, number] = pattern.exec(name) ?? [];
    if (owner !== undefined) {
      const path = join(folder, name);
      const isKnown = owner === here;
      if (isKnown ? isAbandoned(path, Number(number), now) : isOlder(path, now - untouchedFor)) {
        removeQuietly(path);
      }
    }
  }
}

/** Empty if the folder may be written but not read. */
function namesIn(folder: string): readonly string[] {
  try {
    return fileSystem().readdirSync(folder);
  } catch {
    return [];
  }
}

function isOlder(path: string, than: number): boolean {
  const found = fileSystem().lstatSync(path, { throwIfNoEntry: false });
  return found !== undefined && found.mtimeMs < than;
}

function isAbandoned(path: string, number: number, now: number): boolean {
  const { process } = globalThis;
  // A file with this process's number comes from another thread, or from an earlier process with the same number.
  return number === process.pid ? isOlder(path, now - process.uptime() * 1000) : !isAlive(number);
}

/** Whether a process with this number runs here. */
export function isAlive(number: number): boolean {
  try {
    globalThis.process.kill(number, 0);
  } catch (error) {
    // It may be another user's process.
    if (codeOf(error) !== "EPERM") return false;
  }
  return !isZombie(number);
}

/** Whether a process has ended, but its parent has not waited for it. Linux still knows its number. */
function isZombie(number: number): boolean {
  const text = textOf(() => fileSystem().readFileSync(`/proc/${number}/stat`, "utf8"));
  // The state comes after the process name, which may contain anything.
  return text.slice(text.lastIndexOf(")") + 2).startsWith("Z");
}
