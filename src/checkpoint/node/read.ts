import { type Checkpoint, decode, type Fetch, type Opened, open } from "../checkpoint.ts";
import { crc32 } from "../crc32.ts";
import { bytesOf } from "../encode.ts";
import { CheckpointError, within } from "../errors.ts";
import { manifestKey, readManifest } from "../manifest.ts";
import { headerBytesOf, prefixBytes } from "../safetensors/index.ts";
import { attempt, fileSystem } from "./files.ts";

/** Read at once: enough to make calls cheap, and still in the processor's cache when it is summed up. */
const pieceBytes = 1 << 20;

/** By what a file is known again. */
interface Identity {
  readonly file: bigint;
  readonly changed: bigint;
  readonly bytes: number;
}

interface OpenFile extends Opened {
  readonly descriptor: number;
  readonly identity: Identity;
}

/** Reads bytes from a place in a file. @throws {CheckpointError} where there are not so many */
function readInto(descriptor: number, target: Uint8Array, position: number): void {
  const { readSync } = fileSystem();
  for (let done = 0; done < target.length; ) {
    // Systems read at most 2 GiB at once.
    const length = Math.min(target.length - done, 1 << 30);
    const read = readSync(descriptor, target, done, length, position + done);
    if (read === 0) {
      throw new CheckpointError(`it ends at byte ${position + done}: it was cut off meanwhile`);
    }
    done += read;
  }
}

function identityOf(descriptor: number): Identity {
  const found = fileSystem().fstatSync(descriptor, { bigint: true });
  return { file: found.ino, changed: found.mtimeNs, bytes: Number(found.size) };
}

/** Calls back with an open file, and closes it. */
function withDescriptor<T>(path: string, use: (descriptor: number) => T): T {
  return attempt("read", () => {
    const { statSync, openSync, closeSync } = fileSystem();
    // Opening something else, such as a pipe, may wait for ever.
    if (!statSync(path).isFile()) {
      throw new CheckpointError("it is no file");
    }
    const descriptor = openSync(path, "r");
    try {
      return use(descriptor);
    } finally {
      closeSync(descriptor);
    }
  });
}

/** Reads the header, and nothing else. */
function readHeader(descriptor: number): OpenFile {
  const identity = identityOf(descriptor);
  const prefix = new Uint8Array(Math.min(prefixBytes, identity.bytes));
  readInto(descriptor, prefix, 0);
  const start = new Uint8Array(prefixBytes + headerBytesOf(prefix, identity.bytes));
  readInto(descriptor, start, 0);
  return { ...open(start, identity.bytes), descriptor, identity };
}

/** Reads all of the file once, and keeps none of it. */
function verify({ descriptor, identity, dataStart, sum, check }: OpenFile): void {
  if (sum === undefined) {
    return;
  }
  const piece = new Uint8Array(Math.min(pieceBytes, identity.bytes));
  let total = sum;
  for (let position = dataStart; position < identity.bytes; position += piece.length) {
    const bytes = piece.subarray(0, identity.bytes - position);
    readInto(descriptor, bytes, position);
    total = crc32(bytes, total);
  }
  check(total);
}

/**
 * Calls back with a checkpoint that was verified whole, while its file is open.
 * @throws {CheckpointError} where it cannot be read, or is damaged
 */
export function withCheckpoint<T>(path: string, use: (checkpoint: Checkpoint) => T): T {
  return within(path, () =>
    withDescriptor(path, (descriptor) => {
      const file = readHeader(descriptor);
      verify(file);
      return use(
        decode(file, (target, position) => readInto(descriptor, bytesOf(target), position)),
      );
    }),
  );
}

/** What a file has, verified whole; arrays are read when asked for. @throws {CheckpointError} */
export function readVerified(path: string): Checkpoint {
  return within(path, () => {
    const file = withDescriptor(path, (descriptor) => {
      const opened = readHeader(descriptor);
      verify(opened);
      return opened;
    });
    return decode(file, later(path, file.identity));
  });
}

/** Opens the file again for each array: nothing has to be closed by whoever looks at a checkpoint. */
function later(path: string, identity: Identity): Fetch {
  return (target, position) =>
    within(path, () =>
      withDescriptor(path, (descriptor) => {
        const now = identityOf(descriptor);
        const isSame =
          now.file === identity.file &&
          now.changed === identity.changed &&
          now.bytes === identity.bytes;
        if (!isSame) {
          throw new CheckpointError("it was replaced since it was read: read it again");
        }
        readInto(descriptor, bytesOf(target), position);
      }),
    );
}

/** The process that wrote it, by the header alone; undefined where that cannot be told. */
export function writerOf(path: string): number | undefined {
  try {
    const { header } = withDescriptor(path, readHeader);
    return readManifest(header.metadata.get(manifestKey) ?? "").process;
  } catch {
    return undefined;
  }
}
