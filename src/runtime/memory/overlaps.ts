/** Finds arrays that share elements. */
import { append } from "../binding/lists.ts";

/** Arrays by their buffer, in the order of their position in it. */
export type ByBuffer<A> = ReadonlyMap<ArrayBufferLike, readonly A[]>;

/** Sorts arrays by buffer and position. Empty arrays are left out. */
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
