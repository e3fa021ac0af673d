/**
 * Tells what a value is, whichever realm made it: a frame, a context of `node:vm`, a test runner. Each realm has classes of its
 * own, so `instanceof` fails.
 */

/** Such as `"Float32Array"`, `"Map"` or `"Blob"`; undefined if the value has no tag. */
export const tagOf = (value: unknown): unknown =>
  (value as { readonly [Symbol.toStringTag]?: unknown } | null | undefined)?.[Symbol.toStringTag];

/** Whether a value has elements by number: an array of any kind except bigints. */
export const isArray = (value: unknown): value is ArrayLike<number> =>
  typeof value === "object" &&
  typeof (value as ArrayLike<number> | null)?.length === "number" &&
  !`${tagOf(value)}`.startsWith("Big");
