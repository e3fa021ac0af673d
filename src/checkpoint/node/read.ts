/** Reads checkpoints in files, and gives nothing of them that was not checked. */
import type { StoredElements } from "../../runtime/memory/memory.ts";
import { openRegular } from "../../runtime/regularFile.ts";
import { type Checkpoint, decode, type Fetch, type Opened, open } from "../checkpoint.ts";
import { crc32 } from "../crc32.ts";
import { bytesOf } from "../encode.ts";
import { CheckpointError, within } from "../errors.ts";
import { manifestKey, readManifest } from "../manifest.ts";
import { headerBytesOf, prefixBytes } from "../safetensors/index.ts";
import { Sums } from "../sums.ts";
import { attempt, fileSystem } from "./files.ts";

/** Read at once: enough to make calls cheap, and still in the processor's cache when it is summed up. */
const pieceBytes = 1 << 20;

/** By what a file is known again of which parts have no checksum. */
interface Identity {
  readonly device: bigint;
  readonly file: bigint;
  readonly changed: bigint;
  readonly bytes: number;
}

interface Verified extends Opened {
  readonly identity: Identity;
  /** Undefined where Gradus did not write it. */
  readonly sums: Sums | undefined;
}

/** Reads bytes from a place in a file. @throws {CheckpointError} where there are not so many */
function readInto(descriptor: number, target: Uint8Array, position: number): void {
  const { readSync } = fileSystem();
  for (let done = 0; done < target.length; ) {
    const read = readSync(descriptor, target, done, target.length - done, position + done);
    if (read === 0) {
      throw new CheckpointError(
        `it ends at byte ${position + done}: it was cut off while it was read`,
      );
    }
    done += read;
  }
}

function identityOf(descriptor: number): Identity {
  const found = fileSystem().fstatSync(descriptor, { bigint: true });
  const { dev: device, ino: file, mtimeNs: changed, size } = found;
  return { device, file, changed, bytes: Number(size) };
}

/** Calls back with an open file, and closes it. */
function withDescriptor<T>(path: string, use: (descriptor: number) => T): T {
  return attempt("read", () => {
    const descriptor = openRegular(path);
    try {
      return use(descriptor);
    } finally {
      fileSystem().closeSync(descriptor);
    }
  });
}

/** Reads the header, and nothing else. */
function readHeader(descriptor: number, { bytes }: Identity): Opened {
  const prefix = new Uint8Array(Math.min(prefixBytes, bytes));
  readInto(descriptor, prefix, 0);
  const start = new Uint8Array(prefixBytes + headerBytesOf(prefix, bytes));
  start.set(prefix);
  readInto(descriptor, start.subarray(prefixBytes), prefixBytes);
  return open(start, bytes);
}

/** Reads all of a file once, if it has a checksum, and keeps none of it. */
function verify(descriptor: number): Verified {
  const identity = identityOf(descriptor);
  const opened = readHeader(descriptor, identity);
  if (opened.sum === undefined) {
    return { ...opened, identity, sums: undefined };
  }
  const sums = new Sums(opened.header, opened.sum);
  const piece = new Uint8Array(Math.min(pieceBytes, identity.bytes));
  for (let position = opened.dataStart; position < identity.bytes; position += piece.length) {
    const bytes = piece.subarray(0, identity.bytes - position);
    readInto(descriptor, bytes, position);
    sums.add(bytes);
  }
  opened.check(sums.total);
  return { ...opened, identity, sums };
}

/** Reads a tensor, which is as it was when the file was verified. */
function readTensor(
  descriptor: number,
  { dataStart, identity, sums }: Verified,
  ...[tensor, make]: Parameters<Fetch>
): StoredElements {
  const array = make();
  const target = bytesOf(array);
  let sum = 0;
  for (let from = 0; from < target.length; from += pieceBytes) {
    const piece = target.subarray(from, from + pieceBytes);
    readInto(descriptor, piece, dataStart + tensor.begin + from);
    sum = sums === undefined ? sum : crc32(piece, sum);
  }
  if (sums?.has(tensor)) {
    sums.check(tensor, sum);
  } else {
    requireSame(identityOf(descriptor), identity);
  }
  return array;
}

function requireSame(now: Identity, before: Identity): void {
  const keys = Object.keys(before) as (keyof Identity)[];
  if (keys.some((key) => now[key] !== before[key])) {
    throw new CheckpointError("it has changed since it was opened: read it again");
  }
}

/**
 * Calls back with a checkpoint that was verified whole, while its file is open.
 * @throws {CheckpointError} where it cannot be read, or is damaged
 */
export function withCheckpoint<T>(path: string, use: (checkpoint: Checkpoint) => T): T {
  return within(path, () =>
    withDescriptor(path, (descriptor) => {
      const file = verify(descriptor);
      return use(decode(file, (...wanted) => readTensor(descriptor, file, ...wanted)));
    }),
  );
}

/**
 * What a file has, verified whole; arrays are read when asked for. The file is opened again for each: nothing has to be
 * closed by whoever looks at a checkpoint.
 * @throws {CheckpointError}
 */
export function readVerified(path: string): Checkpoint {
  return within(path, () => {
    const file = withDescriptor(path, verify);
    return decode(file, (...wanted) =>
      within(path, () =>
        withDescriptor(path, (descriptor) => readTensor(descriptor, file, ...wanted)),
      ),
    );
  });
}

/** The process that wrote it, by the header alone; undefined where that cannot be told. */
export function writerOf(path: string): number | undefined {
  try {
    const { header } = withDescriptor(path, (descriptor) =>
      readHeader(descriptor, identityOf(descriptor)),
    );
    return readManifest(header.metadata.get(manifestKey) ?? "").process;
  } catch {
    return undefined;
  }
}
