/** CRC-32, as in zip and PNG. */
import { builtin } from "../runtime/threads/platform.ts";

/** Continues a checksum: that of two pieces is `crc32(second, crc32(first))`. */
export type Checksum = (bytes: Uint8Array, before?: number) => number;

/** The number of bytes that are processed at once. Each has its own table. */
const slices = 8;

/** For each of these bytes, a table of its effect on the checksum. */
function makeTables(): Int32Array[] {
  const tables = Array.from({ length: slices }, () => new Int32Array(256));
  const [first] = tables;
  for (let byte = 0; byte < 256; byte++) {
    let sum = byte;
    for (let bit = 0; bit < 8; bit++) {
      sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
    }
    first![byte] = sum;
  }
  for (let place = 1; place < slices; place++) {
    for (let byte = 0; byte < 256; byte++) {
      const before = tables[place - 1]![byte]!;
      tables[place]![byte] = (before >>> 8) ^ first![before & 0xff]!;
    }
  }
  return tables;
}

let made: Int32Array[] | undefined;

/** For pages, which have no CRC-32 of their own. */
export const crc32ByTables: Checksum = (bytes, before = 0) => {
  made ??= makeTables();
  const [t0, t1, t2, t3, t4, t5, t6, t7] = made as [Int32Array, ...Int32Array[]];
  let sum = ~before;
  let i = 0;
  for (const end = bytes.length - (slices - 1); i < end; i += slices) {
    sum ^= bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    sum =
      t7![sum & 0xff]! ^
      t6![(sum >>> 8) & 0xff]! ^
      t5![(sum >>> 16) & 0xff]! ^
      t4![sum >>> 24]! ^
      t3![bytes[i + 4]!]! ^
      t2![bytes[i + 5]!]! ^
      t1![bytes[i + 6]!]! ^
      t0[bytes[i + 7]!]!;
  }
  for (; i < bytes.length; i++) {
    sum = t0[(sum ^ bytes[i]!) & 0xff]! ^ (sum >>> 8);
  }
  return ~sum >>> 0;
};

/** Node counts bytes in 32 bits, and returns 0 for no bytes, whatever the sum before was. */
const maxBytes = 1 << 30;

/** Uses Node's implementation, if this is Node: it is six times as fast. */
export const crc32: Checksum = (bytes, before = 0) => {
  const sumUp = builtin<{ crc32?: Checksum }>("node:zlib")?.crc32 ?? crc32ByTables;
  let sum = before;
  for (let from = 0; from < bytes.length; from += maxBytes) {
    sum = sumUp(bytes.subarray(from, from + maxBytes), sum);
  }
  return sum;
};

/** The product of two polynomials modulo that of CRC-32. The lowest bit is the highest power. */
function product(a: number, b: number): number {
  let [sum, shifted] = [0, b];
  for (let bit = 31; bit >= 0; bit--) {
    sum ^= (a >>> bit) & 1 ? shifted : 0;
    shifted = (shifted >>> 1) ^ (shifted & 1 ? 0xedb88320 : 0);
  }
  return sum;
}

/** `x` to the power of 1, 2, 4, ...: one for each bit, because then they repeat. */
function makePowers(): Int32Array {
  const powers = new Int32Array(32).fill(1 << 30);
  for (let i = 1; i < powers.length; i++) {
    powers[i] = product(powers[i - 1]!, powers[i - 1]!);
  }
  return powers;
}

let powers: Int32Array | undefined;

/** The checksum of two pieces together, from the checksum of each. `length` is the number of bytes of the second. */
export function joinedChecksum(first: number, second: number, length: number): number {
  powers ??= makePowers();
  let sum = first;
  // A byte has eight bits, so the first power is the one at index 3.
  for (let [left, place] = [length, 3]; left > 0; left = Math.floor(left / 2), place++) {
    sum = left % 2 === 1 ? product(powers[place % powers.length]!, sum) : sum;
  }
  return (sum ^ second) >>> 0;
}
