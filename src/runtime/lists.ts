/** Lists under keys. */

/** Appends to the list under a key. */
export function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) {
    lists.set(key, [value]);
  } else {
    list.push(value);
  }
}

/** The first index below `length` from which on something holds, in ascending order; `length` if there is none. */
export function firstIndex(length: number, holds: (index: number) => boolean): number {
  let [first, behind] = [0, length];
  while (first < behind) {
    const middle = (first + behind) >> 1;
    if (holds(middle)) {
      behind = middle;
    } else {
      first = middle + 1;
    }
  }
  return first;
}
