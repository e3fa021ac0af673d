/** Lists under keys. */

/** Appends to the list under a key. */
export function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  list?.push(value) ?? lists.set(key, [value]);
}
