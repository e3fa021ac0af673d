/** Reads checkpoints in files. It returns only data that was verified. */
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

/** Bytes that are read at once: enough to make calls cheap, and few enough to be in the processor's cache for the checksum. */
const pieceBytes = 1 << 20;

/** Identifies a file whose parts have no checksum. */
interface Identity {
  readonly device: bigint;
  readonly file: bigint;
  readonly changed: bigint;
  readonly bytes: number;
}

interface Verified extends Opened {
  readonly identity: Identity;
  /** Undefined if Gradus did not write the file. */
  readonly sums: Sums | undefined;
}

/** Reads bytes at a position of a file. @throws {CheckpointError} if the file is too short */
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

/** Calls a function with an open file, and closes the file. */
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

/** Reads only the header. */
function readHeader(descriptor: number, { bytes }: Identity): Opened {
  const prefix = new Uint8Array(Math.min(prefixBytes, bytes));
  readInto(descriptor, prefix, 0);
  const start = new Uint8Array(prefixBytes + headerBytesOf(prefix, bytes));
  start.set(prefix);
  readInto(descriptor, start.subarray(prefixBytes), prefixBytes);
  return open(start, bytes);
}

/** Reads a whole file once, if it has a checksum, and keeps nothing of it in memory. */
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

/** Reads a tensor, and checks that it is the same as when the file was verified. */
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
 * Calls a function with a verified checkpoint, while its file is open.
 * @throws {CheckpointError} if the file cannot be read or is damaged
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
 * The contents of a file, verified as a whole; arrays are read on demand. Each read opens the file again, so that users of a
 * checkpoint have nothing to close.
 * @throws {CheckpointError} if the file cannot be read or is damaged
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

/** The process that wrote the file, from the header alone; undefined if that is unknown. */
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
