/** Helpers for lists in maps, and for records. */

/** Appends to the list under a key. */
export function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  list?.push(value) ?? lists.set(key, [value]);
}

/** The own value of a record under a key, never an inherited one. */
export const own = <V>(record: Readonly<Record<string, V>> | undefined, key: string) =>
  record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
