/** The inputs of ranks in the suite of communicators, and the expected results: every rank can compute those of all others. */
import type {
  ReduceOperation,
  ReducibleArray,
  SendableArray,
} from "../../src/distributed/communicator.ts";

/** By their names in the suite. */
export const classes = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  uint32: Uint32Array,
  uint16: Uint16Array,
  uint8: Uint8Array,
} as const;

export type Type = keyof typeof classes;
export const types = Object.keys(classes) as readonly Type[];
export const combinableTypes = ["float32", "float64", "int32", "uint32"] as const;
export const reduceOperations = ["sum", "max", "min"] as const;

/** A pseudorandom whole number of 32 bits, from two numbers. */
function mixed(a: number, b: number): number {
  let bits = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b + 1, 0xc2b2ae35);
  bits = Math.imul(bits ^ (bits >>> 15), 0x2c1b3c6d);
  bits = Math.imul(bits ^ (bits >>> 12), 0x297a2d39);
  return (bits ^ (bits >>> 15)) >>> 0;
}

const powers = Array.from({ length: 48 }, (_, exponent) => 2 ** exponent);

/** Numbers of all magnitudes, so that sums in another order have other bits. */
const floatOf = (bits: number): number =>
  ((bits & 0xffff) / 0x8000 - 1) * powers[(bits >>> 16) % 48]!;

/** Cached for all checks and all ranks of a thread: most of the suite's time was spent on them. */
const made = new Map<string, SendableArray>();

/** The initial array of a rank. */
export function numbersOf(type: Type, length: number, rank: number): SendableArray {
  const key = `${type} ${length} ${rank}`;
  const numbers = made.get(key) ?? makeNumbers(type, length, rank);
  made.set(key, numbers);
  return numbers.slice();
}

function makeNumbers(type: Type, length: number, rank: number): SendableArray {
  const array = new classes[type](length);
  const isFloat = type.startsWith("float");
  for (let i = 0; i < length; i++) {
    const bits = mixed(rank, i);
    array[i] = isFloat ? floatOf(bits) : bits;
  }
  return array;
}

const ofTwo: Record<ReduceOperation, (a: number, b: number) => number> = {
  sum: (a, b) => a + b,
  max: Math.max,
  min: Math.min,
};

/**
 * The expected combination of all ranks' arrays, by another description of the tree: the first ranks, as many as the largest
 * power of two
 * below all, then the rest. Storing rounds, and integers wrap around.
 */
export function combined(
  type: Type,
  arrays: readonly SendableArray[],
  operation: ReduceOperation,
): ReducibleArray {
  if (arrays.length === 1) return arrays[0] as ReducibleArray;
  const half = 2 ** Math.ceil(Math.log2(arrays.length) - 1);
  const left = combined(type, arrays.slice(0, half), operation);
  const right = combined(type, arrays.slice(half), operation);
  const result = new classes[type](left.length) as ReducibleArray;
  const combine = ofTwo[operation];
  for (let i = 0; i < result.length; i++) result[i] = combine(left[i]!, right[i]!);
  return result;
}

/** Bounds of parts of all kinds: even, uneven, some empty, all on one rank. */
export function boundsOf(length: number, ranks: number): readonly (readonly number[])[] {
  const inner = (place: (rank: number) => number) => [
    0,
    ...Array.from({ length: ranks - 1 }, (_, i) => Math.floor(place(i + 1))),
    length,
  ];
  return [
    inner((rank) => (length * rank) / ranks),
    inner((rank) => length * (rank / ranks) ** 2),
    inner((rank) => (rank % 2 === 0 ? (length * rank) / ranks : (length * (rank - 1)) / ranks)),
    inner(() => length),
    inner(() => 0),
  ];
}

/** @throws {Error} if an element differs; all NaNs are equal */
export function expectSame(found: SendableArray, expected: SendableArray, what: string): void {
  if (found.length !== expected.length) throw new Error(`${what}: its length is ${found.length}`);
  for (let i = 0; i < expected.length; i++) {
    if (!Object.is(found[i], expected[i])) {
      throw new Error(`${what}: element ${i} is ${found[i]}, not ${expected[i]}`);
    }
  }
}
