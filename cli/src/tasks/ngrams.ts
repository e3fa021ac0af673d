import { requireInteger } from "../../../src/tasks/require-integer.ts";

export interface NgramOptions {
  /** The fewest characters of an n-gram; default 1. */
  readonly minimum?: number;
  /** The most characters of an n-gram, boundary marks included; default 4. */
  readonly maximum?: number;
  /** The number of buckets, from 1 to 2^32; default 2^16. */
  readonly buckets?: number;
}

const FNV_OFFSET_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

const encoder = new TextEncoder();

const ascii = /^\p{ASCII}*$/u;

/**
 * The features of a word: the buckets of its character n-grams, in ascending order, each once.
 * The word is normalised, and marked with `^` at its start and `$` at its end, so that prefixes and suffixes are n-grams of
 * their own. A mark alone is left out, because all words have it. A character is a Unicode code point, and the bucket of
 * an n-gram is the 32-bit FNV-1a hash of its UTF-8 bytes modulo `buckets`.
 * @throws RangeError if an option is out of its range
 *
 * Source: Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", 2009 (arXiv:0902.2206).
 */
export function hashedNgrams(word: string, options: NgramOptions = {}): Uint32Array {
  const { minimum = 1, maximum = 4, buckets = 2 ** 16 } = options;
  requireInteger("minimum", minimum, 1, 2 ** 32);
  requireInteger("maximum", maximum, minimum, 2 ** 32);
  requireInteger("buckets", buckets, 1, 2 ** 32);

  const bytes = encoder.encode(`^${normalise(word)}$`);
  const found = new Set<number>();
  for (let start = 0; start < bytes.length; start++) {
    if (!startsCharacter(bytes, start)) continue;
    let hash = FNV_OFFSET_BASIS;
    let characters = 0;
    for (let end = start; end < bytes.length && characters < maximum; ) {
      hash = hashByte(hash, bytes[end]!);
      end++;
      if (!startsCharacter(bytes, end)) continue;
      characters++;
      const isMark = characters === 1 && (start === 0 || end === bytes.length);
      if (characters >= minimum && !isMark) found.add((hash >>> 0) % buckets);
    }
  }
  return Uint32Array.from(found).sort();
}

/** Lower case in Unicode's normal form C: words are compared, split and hashed in this form. */
export function normalise(word: string): string {
  const lower = word.toLowerCase();
  // Most words are ASCII, and `normalize` takes ten times as long.
  return ascii.test(lower) ? lower : lower.normalize("NFC");
}

/**
 * The 32-bit FNV-1a hash of a text's UTF-8 bytes, from 0 to 2^32 - 1.
 *
 * Source: Noll, Vo, Eastlake and Hansen, "The FNV Non-Cryptographic Hash Algorithm", 2026 (RFC 9923).
 */
export function fnv1a(text: string): number {
  return encoder.encode(text).reduce(hashByte, FNV_OFFSET_BASIS) >>> 0;
}

function hashByte(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, FNV_PRIME);
}

/** Whether a UTF-8 character starts at `position`, or the text ends there: the byte is not a continuation byte. */
function startsCharacter(bytes: Uint8Array, position: number): boolean {
  return position >= bytes.length || (bytes[position]! & 0xc0) !== 0x80;
}
