/** Writes the bytes of a checkpoint to a temporary file next to its final place. */

import { openRegular } from "../../runtime/regularFile.ts";
import { builtin } from "../../runtime/threads/platform.ts";
import { crc32 } from "../crc32.ts";
import { bytesOf, type Encoded, setChecksum } from "../encode.ts";
import { fileSystem } from "./files.ts";
import { newTemporaryName, removeAbandoned, removeQuietly } from "./temporary.ts";

/** Bytes that are collected before they are written. */
const bufferBytes = 1 << 20;

/** From this size on, it is faster to compute the checksum while the disk writes. */
const longBytes = 1 << 25;

/** Collects small arrays, because a million of them should not be a million calls. */
export class Writer {
  readonly #descriptor: number;
  readonly #buffer = new Uint8Array(bufferBytes);
  #held = 0;
  #position = 0;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** Continues at another position in the file. */
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

/** Systems write at most 2 GiB in one call, and may write less. */
const maxBytes = 1 << 30;

export function writeAll(descriptor: number, bytes: Uint8Array, position: number): void {
  const { writeSync } = fileSystem();
  for (let done = 0; done < bytes.length; ) {
    const length = Math.min(bytes.length - done, maxBytes);
    done += writeSync(descriptor, bytes, done, length, position + done);
  }
}

/**
 * Lets another thread flush what was written, until this one flushes everything. It has its own descriptor, because a disk error is
 * reported only once for each descriptor.
 */
function beginToFlush(path: string): void {
  const { fsync, close } = fileSystem();
  const descriptor = openRegular(path);
  fsync(descriptor, () => close(descriptor, () => undefined));
}

/** Writes the contents of a file, and flushes them. */
export type WriteContents = (descriptor: number, path: string) => void;

/** Writes a whole checkpoint. */
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

/** The owner and the permissions of a file. */
export interface Manners {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** The permissions to read, write and execute. Bits that give a file the rights of its owner are not for checkpoints. */
const rights = 0o777;

function takeManners(descriptor: number, { mode, uid, gid }: Manners): void {
  const { fstatSync, fchownSync, fchmodSync } = fileSystem();
  const now = fstatSync(descriptor);
  if (now.uid !== uid || now.gid !== gid) {
    try {
      fchownSync(descriptor, uid, gid);
    } catch {
      // Only root may change the owner.
    }
  }
  if ((now.mode & rights) !== (mode & rights)) {
    fchmodSync(descriptor, mode & rights);
  }
}

/**
 * Writes a checkpoint to a temporary file in the folder of its final place, and flushes it.
 * @param replaced the file that it will replace, if there is one: it gets the same owner and permissions
 * @param put gives it its final name
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
  // "x" refuses a name that is taken, even by a link to elsewhere. So nobody else has access to this file.
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
