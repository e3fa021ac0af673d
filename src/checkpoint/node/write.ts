/** Writes a file so that under its name there is always a whole one: the one before, or the new one. */
import { crc32 } from "../crc32.ts";
import { bytesOf, type Encoded, setChecksum } from "../encode.ts";
import { attempt, codeOf, fileSystem } from "./files.ts";
import { newTemporaryName, removeAbandoned } from "./temporary.ts";

/** Summed up and then written, while it is in the processor's cache. */
const pieceBytes = 1 << 20;

/** Puts small arrays together, so that a million of them are not a million calls. */
class Writer {
  readonly #descriptor: number;
  readonly #buffer = new Uint8Array(pieceBytes);
  #held = 0;
  sum = 0;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  add(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length; from += pieceBytes) {
      const piece = bytes.subarray(from, from + pieceBytes);
      this.sum = crc32(piece, this.sum);
      if (piece.length > this.#buffer.length - this.#held) {
        this.flush();
      }
      if (piece.length < this.#buffer.length / 4) {
        this.#buffer.set(piece, this.#held);
        this.#held += piece.length;
      } else {
        this.flush();
        writeAll(this.#descriptor, piece);
      }
    }
  }

  flush(): void {
    writeAll(this.#descriptor, this.#buffer.subarray(0, this.#held));
    this.#held = 0;
  }
}

/** Systems may write less than they were given. */
function writeAll(descriptor: number, bytes: Uint8Array, position?: number): void {
  const { writeSync } = fileSystem();
  for (let done = 0; done < bytes.length; ) {
    const at = position === undefined ? null : position + done;
    done += writeSync(descriptor, bytes, done, bytes.length - done, at);
  }
}

function writeContents(descriptor: number, { header, arrays }: Encoded): void {
  const writer = new Writer(descriptor);
  writer.add(header);
  for (const array of arrays) {
    writer.add(bytesOf(array));
  }
  writer.flush();
  setChecksum(header, writer.sum);
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
        writeContents(descriptor, encoded);
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
