/** Coroutines: code that communicates is written once, for synchronous and for asynchronous transports. */

/** A generator that yields what must be awaited, a promise or a plain value, and gets back the awaited value. */
export type Coroutine<T> = Generator<unknown, T, unknown>;

/** Waits for a value. */
export function* awaitValue<T>(value: T | PromiseLike<T>): Coroutine<T> {
  return (yield value) as T;
}

/** Runs a coroutine synchronously. Nothing that it yields may be a promise. */
export function runSync<T>(coroutine: Coroutine<T>): T {
  let next = coroutine.next();
  while (!next.done) {
    next = coroutine.next(next.value);
  }
  return next.value;
}

/** Runs a coroutine, and awaits everything that it yields. */
export async function runAsync<T>(coroutine: Coroutine<T>): Promise<T> {
  let next = coroutine.next();
  while (!next.done) {
    let value: unknown;
    try {
      value = await next.value;
    } catch (error) {
      next = coroutine.throw(error);
      continue;
    }
    next = coroutine.next(value);
  }
  return next.value;
}
