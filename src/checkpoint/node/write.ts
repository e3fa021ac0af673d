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
export class Writer {
  readonly #descriptor: number;
  readonly #buffer = new Uint8Array(bufferBytes);
  #held = 0;
  #position = 0;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** Goes on at another place of the file. */
  seek(position: number): void {
    this.flush();
    this.#position = position;
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
      this.#write(bytes);
    }
  }

  flush(): void {
    this.#write(this.#buffer.subarray(0, this.#held));
    this.#held = 0;
  }

  #write(bytes: Uint8Array): void {
    writeAll(this.#descriptor, bytes, this.#position);
    this.#position += bytes.length;
  }
}

/** Systems write at most 2 GiB at once, and less where they like. */
const maxBytes = 1 << 30;

export function writeAll(descriptor: number, bytes: Uint8Array, position: number): void {
  const { writeSync } = fileSystem();
  for (let done = 0; done < bytes.length; ) {
    const length = Math.min(bytes.length - done, maxBytes);
    done += writeSync(descriptor, bytes, done, length, position + done);
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

/** Writes what a file has, and flushes it. */
export type WriteContents = (descriptor: number, path: string) => void;

/** Writes all of a checkpoint. */
export const writingAll =
  ({ header, arrays }: Encoded): WriteContents =>
  (descriptor, path) => {
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
  };

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
  writeContents: WriteContents,
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
      writeContents(descriptor, temporary);
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
