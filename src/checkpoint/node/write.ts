/** Writes the bytes of a checkpoint into a new file beside the place where it is to be. */

import { openRegular } from "../../runtime/regularFile.ts";
import { builtin } from "../../runtime/threads/platform.ts";
import { crc32 } from "../crc32.ts";
import { bytesOf, type Encoded, setChecksum } from "../encode.ts";
import { fileSystem } from "./files.ts";
import { newTemporaryName, removeAbandoned, removeQuietly } from "./temporary.ts";

/** What is put together before it is written. */
const bufferBytes = 1 << 20;

/** From so many on it pays to sum up while the disk is busy. */
const longBytes = 1 << 25;

/** Puts small arrays together, so that a million of them are not a million calls. */
class Writer {
  readonly #descriptor: number;
  readonly #buffer = new Uint8Array(bufferBytes);
  #held = 0;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  add(bytes: Uint8Array): void {
    if (bytes.length > this.#buffer.length - this.#held) {
      this.flush();
    }
    if (bytes.length < this.#buffer.length / 4) {
      this.#buffer.set(bytes, this.#held);
      this.#held += bytes.length;
    } else {
      this.flush();
      writeAll(this.#descriptor, bytes);
    }
  }

  flush(): void {
    writeAll(this.#descriptor, this.#buffer.subarray(0, this.#held));
    this.#held = 0;
  }
}

/** Systems write at most 2 GiB at once, and less where they like. */
const mostBytes = 1 << 30;

function writeAll(descriptor: number, bytes: Uint8Array, position?: number): void {
  const { writeSync } = fileSystem();
  for (let done = 0; done < bytes.length; ) {
    const at = position === undefined ? null : position + done;
    const length = Math.min(bytes.length - done, mostBytes);
    done += writeSync(descriptor, bytes, done, length, at);
  }
}

/**
 * Has what was written flushed by another thread, until this one flushes all. A descriptor of its own, so that an
 * error of the disk is not told to it alone.
 */
function beginToFlush(path: string): void {
  const { fsync, close } = fileSystem();
  const descriptor = openRegular(path);
  fsync(descriptor, () => close(descriptor, () => undefined));
}

function writeContents(descriptor: number, path: string, { header, arrays }: Encoded): void {
  const pieces = [header, ...arrays.map(bytesOf)];
  const writer = new Writer(descriptor);
  for (const piece of pieces) {
    writer.add(piece);
  }
  writer.flush();
  if (pieces.reduce((sum, { length }) => sum + length, 0) >= longBytes) {
    beginToFlush(path);
  }
  setChecksum(
    header,
    pieces.reduce((sum, piece) => crc32(piece, sum), 0),
  );
  writeAll(descriptor, header, 0);
  fileSystem().fsyncSync(descriptor);
}

/** Whose a file is, and who may do what with it. */
export interface Manners {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** Who may read, write and run a file: bits that give it the rights of its owner are not for checkpoints. */
const rights = 0o777;

function takeManners(descriptor: number, { mode, uid, gid }: Manners): void {
  const { fstatSync, fchownSync, fchmodSync } = fileSystem();
  const now = fstatSync(descriptor);
  if (now.uid !== uid || now.gid !== gid) {
    try {
      fchownSync(descriptor, uid, gid);
    } catch {
      // Only root may give files away.
    }
  }
  if ((now.mode & rights) !== (mode & rights)) {
    fchmodSync(descriptor, mode & rights);
  }
}

/**
 * Writes a checkpoint into a temporary file in the folder where it is to be, and flushes it.
 * @param replaced what it is going to replace, if anything: it is for the same eyes
 * @param put gives it its name
 */
export function writeBeside(
  path: string,
  encoded: Encoded,
  replaced: Manners | undefined,
  put: (temporary: string) => void,
): void {
  const { openSync, closeSync, fstatSync } = fileSystem();
  const folder = builtin<typeof import("node:path")>("node:path")!.dirname(path);
  const temporary = newTemporaryName(folder);
  // Of one's own: in "x", what has the name already is an error, a link to elsewhere as well.
  const descriptor = openSync(temporary, "wx", replaced === undefined ? 0o666 : 0o600);
  try {
    try {
      removeAbandoned(folder, fstatSync(descriptor).mtimeMs);
      writeContents(descriptor, temporary, encoded);
      if (replaced !== undefined) {
        takeManners(descriptor, replaced);
      }
    } finally {
      closeSync(descriptor);
    }
    put(temporary);
  } finally {
    removeQuietly(temporary);
  }
}
