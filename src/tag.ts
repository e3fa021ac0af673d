/** What a value is, whichever realm made it: a frame, a context of `node:vm`, a test runner. There each class is another. */

/** `"Float32Array"`, `"Map"`, `"Blob"`; undefined of what has none. */
export const tagOf = (value: unknown): unknown =>
  (value as { readonly [Symbol.toStringTag]?: unknown } | null | undefined)?.[Symbol.toStringTag];

/** Whether it has elements by number: an array of any kind but of bigints. */
export const isArray = (value: unknown): value is ArrayLike<number> =>
  typeof value === "object" &&
  typeof (value as ArrayLike<number> | null)?.length === "number" &&
  !`${tagOf(value)}`.startsWith("Big");
