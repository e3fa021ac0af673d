/** Recognizes promises by `then`, so those of other realms and of libraries count too. */
export const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as PromiseLike<unknown> | null | undefined)?.then === "function";

/**
 * Runs a callback, and afterwards `leave`: when the callback returns or throws, or when its promise is settled.
 * @returns what the callback returns
 */
export function withCleanup<T>(callback: () => T, leave: () => void): T {
  let result: T;
  try {
    result = callback();
  } catch (error) {
    leave();
    throw error;
  }
  if (isPromise(result)) {
    return Promise.resolve(result).finally(leave) as T;
  }
  leave();
  return result;
}
