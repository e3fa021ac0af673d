/**
 * Opens files that are files. To open a named pipe may wait for ever, some devices do something when they are opened, and
 * what is written to either is no file afterwards.
 */
import { builtin } from "./threads/platform.ts";

/** What is needed of Node's `fs.Stats`. */
interface Kind {
  isFile(): boolean;
  isDirectory(): boolean;
  isFIFO(): boolean;
  isSocket(): boolean;
}

/** What is needed of Node's `fs`. */
interface FileSystem {
  readonly constants: { readonly O_NONBLOCK?: number };
  statSync(path: string, options: { throwIfNoEntry: false }): Kind | undefined;
  fstatSync(descriptor: number): Kind;
  openSync(path: string, flags: number): number;
  closeSync(descriptor: number): void;
}

function nameOf(kind: Kind): string {
  if (kind.isDirectory()) {
    return "a folder";
  }
  if (kind.isFIFO()) {
    return "a named pipe";
  }
  return kind.isSocket() ? "a socket" : "a device";
}

/** @throws {Error} with the code `ENOTFILE` where it is something else; the message says what */
export function requireRegular(kind: Kind): void {
  if (!kind.isFile()) {
    const error = new Error(`it is not a file but ${nameOf(kind)}`);
    throw Object.assign(error, { code: "ENOTFILE" });
  }
}

/**
 * Opens a file of Node's, and never waits.
 * @param flags as in `fs.constants`. Default: to read
 * @returns the descriptor, which the caller closes
 * @throws {Error} as `openSync` does, and with the code `ENOTFILE` where it is no regular file
 */
export function openRegular(path: string, flags = 0): number {
  const { constants, statSync, fstatSync, openSync, closeSync } = builtin<FileSystem>("node:fs")!;
  const found = statSync(path, { throwIfNoEntry: false });
  if (found !== undefined) {
    requireRegular(found);
  }
  // It may have become a pipe in between. Windows has none, nor such a flag.
  const descriptor = openSync(path, flags | (constants.O_NONBLOCK ?? 0));
  try {
    requireRegular(fstatSync(descriptor));
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
  return descriptor;
}
