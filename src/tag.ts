/** What a value is, whichever realm made it: a frame, a context of `node:vm`, a test runner. There each class is another. */

/** `"Float32Array"`, `"Map"`, `"Blob"`; undefined of what has none. */
export const tagOf = (value: unknown): unknown =>
  (value as { readonly [Symbol.toStringTag]?: unknown } | null | undefined)?.[Symbol.toStringTag];

/** Whether it has elements by number: an array of any kind but of bigints. */
export function isArray(value: unknown): value is ArrayLike<number> {
  const length = (value as ArrayLike<number> | null)?.length;
  const hasNumbers = typeof value === "object" && typeof length === "number";
  return hasNumbers && !/^Big/.test(tagOf(value) as string);
}
