/** Which arrays have elements in common. */
import { append } from "./lists.ts";

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

/** Whether an array has an element of one of these, none of which has one of another. */
export function overlapsOne(
  all: ByBuffer<ArrayBufferView>,
  { buffer, byteOffset, byteLength }: ArrayBufferView,
): boolean {
  const list = all.get(buffer) ?? [];
  let [first, behind] = [0, list.length];
  while (first < behind) {
    const middle = (first + behind) >> 1;
    if (list[middle]!.byteOffset < byteOffset + byteLength) {
      first = middle + 1;
    } else {
      behind = middle;
    }
  }
  // Of those that begin before its end the last one ends last.
  const last = list[first - 1];
  return last !== undefined && byteOffset < last.byteOffset + last.byteLength;
}
