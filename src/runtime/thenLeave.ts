/**
 * Runs a callback, and then `leave`: whatever the callback returns or throws, and when a promise of it is settled.
 * @returns what the callback returns
 */
export function thenLeave<T>(callback: () => T, leave: () => void): T {
  let result: T;
  try {
    result = callback();
  } catch (error) {
    leave();
    throw error;
  }
  if (result instanceof Promise) {
    return result.finally(leave) as T;
  }
  leave();
  return result;
}
