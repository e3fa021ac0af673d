/**
 * Names of files that are not finished: they say which process of which machine writes them, so that what a
 * killed one has left is known and removed at the next save. The rest of the name nobody can guess.
 */
import { builtin } from "../../runtime/threads/platform.ts";
import { crc32 } from "../crc32.ts";
import { codeOf, fileSystem } from "./files.ts";

type System = typeof import("node:os");
type Paths = typeof import("node:path");

const pattern = /^\.gradus-([0-9a-f]{1,8})-(\d+)-\w+\.tmp$/;

/** Whoever writes touches its file more often. */
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
 * Where numbers of processes mean the same: a machine since its start, and on Linux the container. Names of machines
 * may hold anything: their checksum does not.
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

/** Removes a file; one that cannot be removed takes room, and harms nothing. */
export function removeQuietly(path: string): void {
  try {
    fileSystem().rmSync(path, { force: true });
  } catch {
    // Another user's, in a folder of all, or open in another program.
  }
}

/**
 * Removes what processes have left that are no more.
 * @param now by the clock of the folder's machine, which need not be this one
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

/** None where a folder may be written into and not looked at. */
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
  // With this one's number it is of another thread, or of a process before this one.
  return number === process.pid ? isOlder(path, now - process.uptime() * 1000) : !isAlive(number);
}

/** Whether there is a process of that number here. */
export function isAlive(number: number): boolean {
  try {
    globalThis.process.kill(number, 0);
    return true;
  } catch (error) {
    // It may be another user's.
    return codeOf(error) === "EPERM";
  }
}
