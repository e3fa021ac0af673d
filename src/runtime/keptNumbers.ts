/** Converts between numbers and arrays of a storage. */
import type { Storage } from "../compilers/storages/storage.ts";
import { decodeAll, encodeAll } from "../numbers/encoded.ts";
import type { FloatArray, StoredElements } from "./memory/memory.ts";

/** The count of numbers in an array with this many elements. */
export const countIn = ({ blocks }: Pick<Storage, "blocks">, length: number): number =>
  blocks ? length - blocks.head * Math.ceil(length / (blocks.length + blocks.head)) : length;

/** Decodes an array. */
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

/** Encodes numbers. */
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
