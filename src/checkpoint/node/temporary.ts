/**
 * Names of files that are not finished: they say which process of which machine writes them, so that what a
 * killed one has left is known and removed at the next save.
 */
import { builtin } from "../../runtime/threads/platform.ts";
import { crc32 } from "../crc32.ts";
import { codeOf, fileSystem } from "./files.ts";

type System = typeof import("node:os");
type Paths = typeof import("node:path");

const pattern = /^\.gradus-([0-9a-f]{1,8})-(\d+)-\w+\.tmp$/;

const join = (folder: string, name: string): string =>
  builtin<Paths>("node:path")!.join(folder, name);

/** Names of machines may hold anything: their checksum does not. */
function machine(): string {
  const name = builtin<System>("node:os")!.hostname();
  return crc32(new TextEncoder().encode(name)).toString(16);
}

let count = 0;

export function newTemporaryName(folder: string): string {
  count += 1;
  // Threads of one process count for themselves.
  const random = Math.floor(Math.random() * 2 ** 32).toString(36);
  return join(folder, `.gradus-${machine()}-${globalThis.process.pid}-${random}${count}.tmp`);
}

/** Removes what processes of this machine have left that are no more; of others it cannot be known. */
export function removeAbandoned(folder: string): void {
  const { readdirSync, rmSync } = fileSystem();
  const here = machine();
  for (const name of readdirSync(folder)) {
    const [, owner, number] = pattern.exec(name) ?? [];
    if (owner === here && isAbandoned(join(folder, name), Number(number))) {
      try {
        rmSync(join(folder, name), { force: true });
      } catch {
        // Another user's, in a folder of all: it takes room, and harms nothing.
      }
    }
  }
}

function isAbandoned(path: string, number: number): boolean {
  const { process } = globalThis;
  if (number === process.pid) {
    // In a container, each start may have the same number.
    const started = Date.now() - process.uptime() * 1000;
    const found = fileSystem().statSync(path, { throwIfNoEntry: false });
    return found !== undefined && found.mtimeMs < started;
  }
  try {
    process.kill(number, 0);
    return false;
  } catch (error) {
    return codeOf(error) === "ESRCH";
  }
}
