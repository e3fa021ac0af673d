/** Writes a file so that under its name there is always a whole one: the one before, or the new one. */
import { crc32 } from "../crc32.ts";
import { bytesOf, type Encoded, setChecksum } from "../encode.ts";
import { attempt, codeOf, fileSystem } from "./files.ts";
import { newTemporaryName, removeAbandoned } from "./temporary.ts";

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
  const { openSync, fsync, close } = fileSystem();
  const descriptor = openSync(path, "r");
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

/** So that the name is there after the power was gone as well. */
function flushFolder(folder: string): void {
  const { openSync, fsyncSync, closeSync } = fileSystem();
  // Windows opens no folders, and writes names at once.
  if (globalThis.process.platform === "win32") {
    return;
  }
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } catch (error) {
    // Some file systems, such as those of networks, have no such thing.
    if (codeOf(error) !== "EINVAL" && codeOf(error) !== "ENOTSUP") {
      throw error;
    }
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Writes a checkpoint beside its place, flushes it and puts it there.
 * @param ready called when all is written, before it is put there: may throw
 * @throws {CheckpointError} where the system refuses; what was there before is as it was
 */
export function writeWhole(
  folder: string,
  path: string,
  encoded: Encoded,
  ready: () => void = () => undefined,
): void {
  attempt("written", () => {
    const { openSync, closeSync, renameSync, rmSync } = fileSystem();
    removeAbandoned(folder);
    const temporary = newTemporaryName(folder);
    const descriptor = openSync(temporary, "wx");
    try {
      try {
        writeContents(descriptor, temporary, encoded);
      } finally {
        closeSync(descriptor);
      }
      ready();
      renameSync(temporary, path);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
    flushFolder(folder);
  });
}
