/** What ranks do together, written once for transports that are done when a call returns and for those that are not. */
import type { Communicator } from "./communicator.ts";

/** Work that waits for what it yields, a promise or nothing, and gets back what came of it. */
export type Exchange<T> = Generator<unknown, T, unknown>;

/** Waits for a value. */
export function* settled<T>(value: T | PromiseLike<T>): Exchange<T> {
  return (yield value) as T;
}

/** Does it at once; nothing that it yields is a promise. */
export function now<T>(exchange: Exchange<T>): T {
  let next = exchange.next();
  while (!next.done) {
    next = exchange.next(next.value);
  }
  return next.value;
}

/** Does it, and waits for each operation. */
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

/** The numbers of each rank, one rank's behind the other's, to all. */
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

/** A sentence and the rank that says it. */
export interface Said {
  readonly rank: number;
  readonly text: string;
}

/** What the first rank has to say that says something, to all; undefined if none does. */
export function* firstSaid(
  communicator: Communicator,
  text: string | undefined,
): Exchange<Said | undefined> {
  const bytes = text === undefined ? undefined : new TextEncoder().encode(text);
  // Of an empty sentence 1.
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

/** The texts of all ranks, in their order, to all. */
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
