/** Also one of another realm, or of a library's own. */
export const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as PromiseLike<unknown> | null | undefined)?.then === "function";

/**
 * Runs a callback, and then `leave`: whatever the callback returns or throws, and when a promise of it is settled.
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
