/** Ranks in one thread: for tests, and to simulate many ranks where none is there. */
import type { Communicator } from "./communicator.ts";
import { CommunicatorError, RankError } from "./errors.ts";
import { type Messages, overMessages } from "./messages.ts";

/** Messages from one rank to another, in their order. */
class Queue {
  readonly #messages: Uint8Array[] = [];
  readonly #waiting: PromiseWithResolvers[] = [];
  #failure: RankError | undefined;

  put(message: Uint8Array): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#messages.push(message);
    else next.resolve(message);
  }

  take(): Promise<Uint8Array> {
    const message = this.#messages.shift();
    if (message !== undefined) return Promise.resolve(message);
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  fail(failure: RankError): void {
    this.#failure = failure;
    for (const { reject } of this.#waiting.splice(0)) reject(failure);
  }
}

interface PromiseWithResolvers {
  resolve(message: Uint8Array): void;
  reject(failure: RankError): void;
}

/**
 * Makes the communicators of so many ranks in one thread: give each to a function of its own, and await them together.
 *
 * @param size the number of ranks, 1 or more
 * @example
 * const sums = await Promise.all(
 *   inProcess(3).map(async (communicator) => {
 *     const array = new Float32Array([communicator.rank]);
 *     await communicator.allReduce(array, "sum");
 *     return array[0]; // 3
 *   }),
 * );
 */
export function inProcess(size: number): readonly Communicator[] {
  if (!Number.isInteger(size) || size < 1) {
    throw new CommunicatorError(
      `inProcess: the number of ranks is a whole one from 1, not ${size}`,
    );
  }
  const ranks = Array.from({ length: size }, (_, rank) => rank);
  const queues = ranks.map(() => ranks.map(() => new Queue()));
  const messagesOf = (rank: number): Messages => ({
    transport: "one thread",
    rank,
    size,
    send: (to, message) => queues[rank]![to]!.put(message),
    receive: (from) => queues[from]![rank]!.take(),
    abort(sentence) {
      for (const queue of queues.flat()) queue.fail(new RankError(rank, sentence));
    },
    close() {},
  });
  return ranks.map((rank) => overMessages(messagesOf(rank)));
}
