/** Measures how long a rank communicates with others and waits for them. */
import type { Communicator } from "gradus/distributed";

/** A communicator whose operations are timed. It must be synchronous, as those of the command are. */
export class TimedCommunicator implements Communicator {
  readonly transport: string;
  readonly rank: number;
  readonly size: number;
  readonly synchronous: boolean;
  readonly #inner: Communicator;
  /** The total time of all operations, in seconds. */
  seconds = 0;

  constructor(inner: Communicator) {
    const { transport, rank, size, synchronous } = inner;
    this.transport = transport;
    this.rank = rank;
    this.size = size;
    this.synchronous = synchronous;
    this.#inner = inner;
  }

  allReduce(...given: Parameters<Communicator["allReduce"]>): void {
    this.#time(() => this.#inner.allReduce(...given));
  }

  reduceScatter(...given: Parameters<Communicator["reduceScatter"]>): void {
    this.#time(() => this.#inner.reduceScatter(...given));
  }

  allGather(...given: Parameters<Communicator["allGather"]>): void {
    this.#time(() => this.#inner.allGather(...given));
  }

  broadcast(...given: Parameters<Communicator["broadcast"]>): void {
    this.#time(() => this.#inner.broadcast(...given));
  }

  barrier(): void {
    this.#time(() => this.#inner.barrier());
  }

  abort(reason: string): void {
    this.#inner.abort(reason);
  }

  [Symbol.dispose](): void {
    this.#inner[Symbol.dispose]();
  }

  #time(act: () => unknown): void {
    const start = performance.now();
    act();
    this.seconds += (performance.now() - start) / 1000;
  }
}
