/** Fills an array with one number, whatever its storage. */
import { bytesTo, type Storage, type StoredElements } from "./storage.ts";

/** Fills an array of `length` elements with a number. */
export function fillStored(
  storage: Storage,
  array: StoredElements,
  length: number,
  value: number,
): void {
  const { encoding, blocks } = storage;
  if (blocks === undefined) {
    array.fill(encoding?.encode(value) ?? value);
    return;
  }
  for (let start = 0; start < length; start += blocks.length) {
    const end = Math.min(start + blocks.length, length);
    const bytes = array.subarray(bytesTo(storage, start), bytesTo(storage, end));
    blocks.encode(new Float32Array(end - start).fill(value), bytes as Uint8Array);
  }
}
