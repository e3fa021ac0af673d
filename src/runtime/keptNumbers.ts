/** Numbers of an array that is kept in a storage, and arrays that keep numbers so. */
import type { Encoding, Storage } from "../compilers/storages/storage.ts";
import type { FloatArray, StoredElements } from "./memory/memory.ts";

/** Numbers in an array of so many elements. */
export const countIn = ({ blocks }: Pick<Storage, "blocks">, length: number): number =>
  blocks ? length - blocks.head * Math.ceil(length / (blocks.length + blocks.head)) : length;

/** The numbers that bits stand for. */
export function decodeAll(
  { decode }: Encoding,
  bits: ArrayLike<number>,
  into: Float32Array = new Float32Array(bits.length),
): Float32Array {
  for (let i = 0; i < bits.length; i++) {
    into[i] = decode(bits[i]!);
  }
  return into;
}

/** The bits that are nearest to numbers, which are rounded once. */
export function encodeAll(
  { encode }: Encoding,
  numbers: ArrayLike<number>,
  into: Uint16Array = new Uint16Array(numbers.length),
): Uint16Array {
  for (let i = 0; i < numbers.length; i++) {
    into[i] = encode(toOdd(numbers[i]!));
  }
  return into;
}

/** The numbers that an array stands for. */
export function numbersOf(array: StoredElements, storage: Storage): FloatArray {
  const { encoding, blocks } = storage;
  if (encoding === undefined && blocks === undefined) {
    return array as FloatArray;
  }
  if (encoding) {
    return decodeAll(encoding, array);
  }
  const numbers = new Float32Array(countIn(storage, array.length));
  eachBlock(blocks!, numbers, array as Uint8Array, (block, bytes) => blocks!.decode(bytes, block));
  return numbers;
}

/** An array that keeps these numbers. */
export function keptIn(numbers: FloatArray, { name, encoding, blocks }: Storage): StoredElements {
  if (blocks) {
    const floats = new Float32Array(numbers);
    const count = Math.ceil(floats.length / blocks.length);
    const array = new Uint8Array(floats.length + count * blocks.head);
    eachBlock(blocks, floats, array, (block, bytes) => blocks.encode(block, bytes));
    return array;
  }
  if (encoding === undefined) {
    return name === "float64" ? new Float64Array(numbers) : new Float32Array(numbers);
  }
  return encodeAll(encoding, numbers);
}

function eachBlock(
  { length, head }: NonNullable<Storage["blocks"]>,
  numbers: Float32Array,
  bytes: Uint8Array,
  act: (numbers: Float32Array, bytes: Uint8Array) => void,
): void {
  for (let from = 0, at = 0; from < numbers.length; from += length, at += length + head) {
    act(numbers.subarray(from, from + length), bytes.subarray(at, at + length + head));
  }
}

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/**
 * A float32 that rounds to the same 16 bits as the number itself: what is lost of it leaves the last bit set ("round to
 * odd"). Rounded to the nearest float32 first, a number may come to lie half way between two others.
 */
function toOdd(value: number): number {
  float[0] = value;
  const near = float[0];
  if (near !== value && !Number.isNaN(value)) {
    bits[0] = (bits[0]! - Number(Math.abs(near) > Math.abs(value))) | 1;
  }
  return float[0];
}
