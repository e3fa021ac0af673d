/** Lists and values under keys. */

/** Appends to the list under a key. */
export function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  list?.push(value) ?? lists.set(key, [value]);
}

/** What a record has under a key itself. */
export const own = <V>(record: Readonly<Record<string, V>> | undefined, key: string) =>
  record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
