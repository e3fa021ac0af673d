/** Lets code that communicates be written once, for synchronous and for asynchronous transports. */
import type { Communicator } from "./communicator.ts";

/** A generator that yields what must be awaited, a promise or a plain value, and gets back the awaited value. */
export type Exchange<T> = Generator<unknown, T, unknown>;

/** Waits for a value. */
export function* settled<T>(value: T | PromiseLike<T>): Exchange<T> {
  return (yield value) as T;
}

/** Runs an exchange synchronously. Nothing that it yields may be a promise. */
export function now<T>(exchange: Exchange<T>): T {
  let next = exchange.next();
  while (!next.done) {
    next = exchange.next(next.value);
  }
  return next.value;
}

/** Runs an exchange, and awaits everything that it yields. */
export async function later<T>(exchange: Exchange<T>): Promise<T> {
  let next = exchange.next();
  while (!next.done) {
    let value: unknown;
    try {
      value = await next.value;
    } catch (error) {
      next = exchange.throw(error);
      continue;
    }
    next = exchange.next(value);
  }
  return next.value;
}

/** Gives all ranks the numbers of all, in the order of ranks. Each rank has equally many. */
export function* gathered(
  communicator: Communicator,
  own: ArrayLike<number>,
): Exchange<Float64Array> {
  const { rank, size } = communicator;
  const all = new Float64Array(size * own.length);
  all.set(own, rank * own.length);
  yield communicator.allGather(
    all,
    Array.from({ length: size + 1 }, (_, i) => i * own.length),
  );
  return all;
}

/** A text, and the rank that it comes from. */
export interface Said {
  readonly rank: number;
  readonly text: string;
}

/** Gives all ranks the text of the lowest rank that has one; undefined if no rank has one. */
export function* firstSaid(
  communicator: Communicator,
  text: string | undefined,
): Exchange<Said | undefined> {
  const bytes = text === undefined ? undefined : new TextEncoder().encode(text);
  // 0 means no text, so an empty text counts 1.
  const lengths = yield* gathered(communicator, [bytes === undefined ? 0 : bytes.length + 1]);
  const rank = lengths.findIndex((length) => length > 0);
  if (rank < 0) {
    return undefined;
  }
  const message = new Uint8Array(lengths[rank]! - 1);
  if (rank === communicator.rank) {
    message.set(bytes!);
  }
  yield communicator.broadcast(message, rank);
  return { rank, text: new TextDecoder().decode(message) };
}

/** Gives all ranks the texts of all, in the order of ranks. */
export function* allSaid(communicator: Communicator, text: string): Exchange<string[]> {
  const bytes = new TextEncoder().encode(text);
  const lengths = yield* gathered(communicator, [bytes.length]);
  const bounds = [0];
  for (const length of lengths) {
    bounds.push(bounds.at(-1)! + length);
  }
  const all = new Uint8Array(bounds.at(-1)!);
  all.set(bytes, bounds[communicator.rank]);
  yield communicator.allGather(all, bounds);
  return bounds.slice(1).map((end, rank) => new TextDecoder().decode(all.slice(bounds[rank], end)));
}
