/** Ranks in one thread: for tests, and to simulate many ranks on one machine. */
import type { Communicator } from "./communicator.ts";
import { CommunicatorError, RankError } from "./errors.ts";
import { type MessageTransport, overMessages } from "./messages.ts";

/** The messages from one rank to another, in order. */
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
 * Makes communicators for ranks that all run in one thread. Pass each one to a function, and await all functions together. Use it for tests,
 * and to simulate training on many ranks.
 *
 * @param size the number of ranks, 1 or more
 * @returns the communicators of ranks 0 to `size - 1`
 * @throws {CommunicatorError} if `size` is not a whole number, 1 or more
 *
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
    throw new CommunicatorError(`inProcess: size must be a whole number, 1 or more, not ${size}`);
  }
  const ranks = Array.from({ length: size }, (_, rank) => rank);
  const queues = ranks.map(() => ranks.map(() => new Queue()));
  const messagesOf = (rank: number): MessageTransport => ({
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
