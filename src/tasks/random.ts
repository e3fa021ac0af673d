import { logOf } from "../numbers/exponential.ts";
import { cos, sin } from "../numbers/trigonometric.ts";
import { requireInteger } from "./require-integer.ts";

/** A seeded generator of pseudo-random numbers: the same seed and stream give the same numbers everywhere. */
export interface Random {
  /** An integer from 0 to 2^32 - 1. */
  uint32(): number;
  /** A multiple of 2^-53 from [0, 1). */
  uniform(): number;
  /** A draw from the normal distribution with mean 0 and variance 1. */
  normal(): number;
  /** An integer from 0 to `n - 1`, each equally likely. `n` is from 1 to 2^32, else a `RangeError`. */
  integer(n: number): number;
  /** Permutes `values` in place, each order equally likely, and returns it. */
  shuffle(values: Uint32Array): Uint32Array;
}

/**
 * A generator for shuffles and initial weights: xoshiro128** seeded through SplitMix64, as its authors advise.
 *
 * `seed` and `stream` are integers from 0 to 2^53 - 1, else a `RangeError`. Streams of one seed are unrelated
 * sequences, so that epoch 7's permutation can be had without drawing those of the epochs before it.
 * Not for secrets.
 *
 * Box-Muller calls `Math.log`, `Math.cos` and `Math.sin`, which JavaScript engines may round differently in the
 * last digit; all else is the same on every machine.
 *
 * Sources: Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators", 2021 (arXiv:1805.01407);
 * Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014 (SplitMix64);
 * Box and Muller, "A Note on the Generation of Random Normal Deviates", 1958; Durstenfeld, Algorithm 235, 1964.
 *
 * @example
 * const random = createRandom(1);
 * random.integer(6); // 1
 * random.shuffle(Uint32Array.of(0, 1, 2, 3)); // [3, 0, 2, 1]
 * createRandom(1).integer(6); // 1: the same seed, the same numbers
 */
export function createRandom(seed: number, stream = 0): Random {
  requireInteger("seed", seed, 0, Number.MAX_SAFE_INTEGER);
  requireInteger("stream", stream, 0, Number.MAX_SAFE_INTEGER);
  // The seed is mixed before the stream is added: seed 1, stream 2 must not be seed 2, stream 1.
  const key = splitMix64(splitMix64(BigInt(seed))() + BigInt(stream));
  return distributions(xoshiro128StarStar(Uint32Array.of(...words(key()), ...words(key()))));
}

/** The low and the high half of a 64-bit word. */
function words(word: bigint): [number, number] {
  return [Number(BigInt.asUintN(32, word)), Number(word >> 32n)];
}

function distributions(uint32: () => number): Random {
  let spareNormal: number | undefined;

  const uniform = () => ((uint32() >>> 5) * 2 ** 26 + (uint32() >>> 6)) / 2 ** 53;

  const normal = () => {
    if (spareNormal !== undefined) {
      const value = spareNormal;
      spareNormal = undefined;
      return value;
    }
    // 1 - uniform() is in (0, 1], so the logarithm is finite.
    const radius = Math.sqrt(-2 * logOf(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spareNormal = radius * sin(angle);
    return radius * cos(angle);
  };

  const integer = (n: number) => {
    requireInteger("n", n, 1, 2 ** 32);
    // The lowest 2^32 mod n draws are thrown away; of the rest, every remainder has equally many.
    const surplus = 2 ** 32 % n;
    let draw = uint32();
    while (draw < surplus) draw = uint32();
    return draw % n;
  };

  const shuffle = (values: Uint32Array) => {
    for (let last = values.length - 1; last > 0; last--) {
      const chosen = integer(last + 1);
      const value = values[last]!;
      values[last] = values[chosen]!;
      values[chosen] = value;
    }
    return values;
  };

  return { uint32, uniform, normal, integer, shuffle };
}

/** xoshiro128** 1.1 on the four words of `state`, which it advances in place; they must not all be zero. */
export function xoshiro128StarStar(state: Uint32Array): () => number {
  return () => {
    const result = Math.imul(rotateLeft(Math.imul(state[1]!, 5), 7), 9) >>> 0;
    const shifted = state[1]! << 9;
    state[2]! ^= state[0]!;
    state[3]! ^= state[1]!;
    state[1]! ^= state[2]!;
    state[0]! ^= state[3]!;
    state[2]! ^= shifted;
    state[3] = rotateLeft(state[3]!, 11);
    return result;
  };
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** SplitMix64, counting from `seed` modulo 2^64. */
export function splitMix64(seed: bigint): () => bigint {
  let counter = seed;
  return () => {
    counter = BigInt.asUintN(64, counter + 0x9e3779b97f4a7c15n);
    let word = counter;
    word = BigInt.asUintN(64, (word ^ (word >> 30n)) * 0xbf58476d1ce4e5b9n);
    word = BigInt.asUintN(64, (word ^ (word >> 27n)) * 0x94d049bb133111ebn);
    return word ^ (word >> 31n);
  };
}
