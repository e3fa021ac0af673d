/**
 * Opens regular files only. Opening a named pipe may wait for ever, and opening some devices has effects. Data that is written to
 * either is in no file afterwards.
 */
import { builtin } from "./threads/platform.ts";

/** The members used here of Node's `fs.Stats`. */
interface Kind {
  isFile(): boolean;
  isDirectory(): boolean;
  isFIFO(): boolean;
  isSocket(): boolean;
}

/** The members used here of Node's `fs`. */
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

/** @throws {Error} with the code `ENOTFILE` if it is not a regular file; the message says what it is */
export function requireRegular(kind: Kind): void {
  if (!kind.isFile()) {
    const error = new Error(`it is not a file but ${nameOf(kind)}`);
    throw Object.assign(error, { code: "ENOTFILE" });
  }
}

/**
 * Opens a regular file in Node, and never waits.
 * @param flags as in `fs.constants`. Default: read only
 * @returns the descriptor, which the caller closes
 * @throws {Error} as `openSync` does, and with the code `ENOTFILE` if it is not a regular file
 */
export function openRegular(path: string, flags = 0): number {
  const { constants, statSync, fstatSync, openSync, closeSync } = builtin<FileSystem>("node:fs")!;
  const found = statSync(path, { throwIfNoEntry: false });
  if (found !== undefined) {
    requireRegular(found);
  }
  // It may have become a pipe in the meantime. Windows has neither such pipes nor the flag.
  const descriptor = openSync(path, flags | (constants.O_NONBLOCK ?? 0));
  try {
    requireRegular(fstatSync(descriptor));
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
  return descriptor;
}
