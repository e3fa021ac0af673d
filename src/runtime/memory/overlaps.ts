/** Which arrays have elements in common. */
import { append } from "../binding/lists.ts";

/** Arrays by the buffers that they are in, in the order in which they lie there. */
export type ByBuffer<A> = ReadonlyMap<ArrayBufferLike, readonly A[]>;

/** Sorts those that have elements. */
export function byBuffer<A extends ArrayBufferView>(arrays: readonly A[]): ByBuffer<A> {
  const lists = new Map<ArrayBufferLike, A[]>();
  for (const array of arrays) {
    if (array.byteLength > 0) {
      append(lists, array.buffer, array);
    }
  }
  for (const list of lists.values()) {
    list.sort((a, b) => a.byteOffset - b.byteOffset);
  }
  return lists;
}
