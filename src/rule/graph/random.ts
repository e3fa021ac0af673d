/**
 * Random words from counters: Threefry-2x32 with 20 rounds (Salmon et al., 2011, "Parallel Random
 * Numbers: As Easy as 1, 2, 3", section 3.3; the constants are those of Random123). A draw depends on its key and
 * its counter alone, not on what was drawn before.
 */
import { hash } from "./hash.ts";

/** `fraction` is of programs alone, for storages that round by it: a uniform number of 23 bits, from 0 to below 1. @inline */
export type Distribution = "uniform" | "normal" | "fraction";

export const rotations = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const;

/** What the third word of the key is made with, as in Threefish, so that no key is all zeros. */
export const parity = 0x1bd11bda;

/** Writes the two words that belong to a key of two words and a counter of two. */
export function threefry(
  out: Uint32Array,
  key0: number,
  key1: number,
  counter0: number,
  counter1: number,
): void {
  const keys = [key0, key1, key0 ^ key1 ^ parity] as const;
  let x = (counter0 + key0) | 0;
  let y = (counter1 + key1) | 0;
  for (let group = 0; group < 5; group++) {
    for (const by of rotations[group % 2]!) {
      x = (x + y) | 0;
      y = ((y << by) | (y >>> (32 - by))) ^ x;
    }
    x = (x + keys[(group + 1) % 3]!) | 0;
    y = (y + keys[(group + 2) % 3]! + group + 1) | 0;
  }
  out[0] = x;
  out[1] = y;
}

/** A number in (0, 1) from two words, of 2^52 that are equally far apart and symmetric about 1/2. */
export const uniform = (word0: number, word1: number): number =>
  ((word0 >>> 6) * 2 ** 26 + (word1 >>> 6) + 0.5) * 2 ** -52;

const words = /* @__PURE__ */ new Uint32Array(2);

/**
 * A number of 23 bits, from 0 to below 1, that is drawn of an element. Two words serve four elements, since rounding draws for
 * each number that is stored: either word as it is for one and with its halves exchanged for another, whose upper halves are
 * independent.
 */
export function fraction(key0: number, key1: number, index: number, site: number): number {
  threefry(words, key0, key1, ((index >>> 4) << 2) | (index & 3), site);
  const word = words[(index >>> 3) & 1]!;
  const own = index & 4 ? (word << 16) | (word >>> 16) : word;
  return (own >>> 9) * 2 ** -23;
}

/**
 * Writes the key of a tensor's draws at a step.
 * @param seed a whole number from 0 to 2^53
 */
export function keyOf(out: Uint32Array, seed: number, name: string, t: number): void {
  const high = 2 ** 32;
  threefry(out, seed >>> 0, Math.floor(seed / high), hash(name), Math.floor(t / high));
  threefry(out, out[0]!, out[1]!, t >>> 0, 0);
}
