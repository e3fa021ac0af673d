import { gunzipSync } from "node:zlib";
import { DataError } from "gradus/tasks";
import { readBytes } from "./read-data.ts";

/** The contents of an IDX file of unsigned bytes. */
export interface Idx {
  /** Sizes, outermost first: `[count]` for labels, `[count, rows, columns]` for images. */
  readonly shape: readonly number[];
  /** The elements, row-major: a view of what was read, not a copy. */
  readonly data: Uint8Array;
}

const UNSIGNED_BYTE = 0x08;
const ELEMENT_TYPES: Readonly<Record<number, string>> = {
  [UNSIGNED_BYTE]: "unsigned bytes",
  9: "signed bytes",
  11: "16-bit integers",
  12: "32-bit integers",
  13: "32-bit floats",
  14: "64-bit floats",
};
const CONTENTS: Readonly<Record<number, string>> = { 1: "labels", 3: "images" };

/**
 * The most bytes that a gzipped file may unpack to: the larger of a constant and a multiple of its size. Images like those
 * of MNIST unpack to 3 to 5 times their size, and zeros alone to a thousand times.
 */
const UNPACKED = { least: 16 * 2 ** 20, times: 7 };

const DOWNLOAD_AGAIN = "Download it again, or copy it again from where it is whole.";

/**
 * Reads a file in the IDX format of the MNIST data set, gzipped or not (its first bytes tell, not its name).
 * @param rank The number of dimensions it must have: 1 for labels, 3 for images.
 * @throws DataError when the file is missing, unreadable, not gzip or IDX, damaged, or of another rank.
 *
 * Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits", section on file formats.
 */
export function readIdx(path: string, rank: number): Idx {
  return parseIdx(path, unpack(path, readBytes(path)), rank);
}

/** The bytes of a file, unpacked if they are gzipped. @throws {DataError} */
export function unpack(path: string, bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const limit = UNPACKED.least + UNPACKED.times * bytes.length;
  // The end of the file declares its length: everything then fits one piece, or several if it is wrong.
  const end = bytes.subarray(-4).reduceRight((length, byte) => 256 * length + byte, 0);
  try {
    const chunkSize = Math.max(64, Math.min(end + 1, limit));
    return gunzipSync(bytes, { maxOutputLength: limit, chunkSize });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === "ERR_BUFFER_TOO_LARGE") {
      throw new DataError(
        path,
        `it unpacks to more than ${limit} bytes, ${UNPACKED.times} times its own and ${UNPACKED.least / 2 ** 20} MiB`,
        "Unpack it with gunzip and use the plain file, if it is meant to be as large.",
        { cause },
      );
    }
    throw new DataError(path, `its gzip data is damaged (${message})`, DOWNLOAD_AGAIN, { cause });
  }
}

/**
 * Parses the bytes of an IDX file. `path` is only for messages.
 * Nothing is allocated before the header agrees with the length of `bytes`.
 * @throws DataError
 */
export function parseIdx(path: string, bytes: Uint8Array, rank: number): Idx {
  const headerLength = 4 + 4 * rank;
  if (bytes.length >= 4) requireMagic(path, bytes, rank);
  if (bytes.length < headerLength) {
    const problem = `it is cut short: a header of ${headerLength} bytes was expected, ${bytes.length} found`;
    throw new DataError(path, problem, DOWNLOAD_AGAIN);
  }
  const header = new DataView(bytes.buffer, bytes.byteOffset, headerLength);
  const shape = Array.from({ length: rank }, (_, axis) => header.getUint32(4 + 4 * axis));
  const length = bytes.length - headerLength;
  requireLength(path, length, shape);
  return { shape, data: new Uint8Array(bytes.buffer, bytes.byteOffset + headerLength, length) };
}

function requireMagic(path: string, bytes: Uint8Array, rank: number): void {
  const [first, second, type, dimensions] = bytes as unknown as [number, number, number, number];
  if (first !== 0 || second !== 0 || ELEMENT_TYPES[type] === undefined || dimensions === 0) {
    const start = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0"));
    throw new DataError(
      path,
      `it is neither an IDX file nor gzip: it starts with the bytes ${start.join(" ")}`,
      `An IDX file of ${describe(rank)} starts with 00 00 08 0${rank}, a gzipped one with 1f 8b.`,
    );
  }
  if (type !== UNSIGNED_BYTE) {
    const remedy = "Convert it: images and labels are read as unsigned bytes alone.";
    throw new DataError(path, `it holds ${ELEMENT_TYPES[type]}`, remedy);
  }
  if (dimensions !== rank) {
    throw new DataError(
      path,
      `it holds ${describe(dimensions)} where ${describe(rank)} were expected`,
      "Check that the files of images and labels have each their own name.",
    );
  }
}

function describe(rank: number): string {
  const content = CONTENTS[rank] ?? "elements";
  return `${content} (${rank} ${rank === 1 ? "dimension" : "dimensions"})`;
}

function requireLength(path: string, found: number, shape: readonly number[]): void {
  const sizes = shape.join(" x ");
  // Up to 2^96 for images: not exact as a number, but much more than any file's length.
  const expected = shape.reduce((product, size) => product * size, 1);
  if (expected > Number.MAX_SAFE_INTEGER || (shape[0]! > 0 && expected === 0)) {
    const problem = `its header is damaged: it claims dimensions of ${sizes}`;
    throw new DataError(path, problem, DOWNLOAD_AGAIN);
  }
  if (found < expected) {
    const problem = `it is cut short: ${expected} bytes were expected after the header (${sizes}), ${found} found`;
    throw new DataError(path, problem, DOWNLOAD_AGAIN);
  }
  if (found > expected) {
    const problem = `it has ${found - expected} bytes too many: ${expected} were expected after the header (${sizes}), ${found} found`;
    throw new DataError(path, problem, DOWNLOAD_AGAIN);
  }
}

/** The bytes of an IDX file, not gzipped. Throws a `RangeError` if `data` does not have as many elements as `shape` says. */
export function encodeIdx({ shape, data }: Idx): Uint8Array {
  const expected = shape.reduce((product, size) => product * size, 1);
  if (data.length !== expected) {
    throw new RangeError(`data has ${data.length} elements; shape says ${shape.join(" x ")}`);
  }
  const bytes = new Uint8Array(4 + 4 * shape.length + data.length);
  bytes.set([0, 0, UNSIGNED_BYTE, shape.length]);
  const header = new DataView(bytes.buffer);
  for (const [axis, size] of shape.entries()) header.setUint32(4 + 4 * axis, size);
  bytes.set(data, 4 + 4 * shape.length);
  return bytes;
}
