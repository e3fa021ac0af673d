/** Ranks in threads, whose operations are done when they return: the least that the contract asks for, for small arrays. */
import type {
  Combinable,
  Combination,
  Communicator,
  Travelling,
} from "../../../src/distributed/communicator.ts";
import { inTree } from "./ranks.ts";

/** Bytes of the largest array. */
const most = 1 << 16;

/** What a thread is given to become a rank. */
export interface Seat {
  readonly rank: number;
  readonly size: number;
  readonly memory: SharedArrayBuffer;
}

export const seats = (size: number): Seat[] => {
  const memory = new SharedArrayBuffer(8 + size * most);
  return Array.from({ length: size }, (_, rank) => ({ rank, size, memory }));
};

export class Blocking implements Communicator {
  readonly transport = "threads of a test";
  readonly synchronous = true;
  readonly rank: number;
  readonly size: number;
  readonly #memory: SharedArrayBuffer;

  constructor({ rank, size, memory }: Seat) {
    this.rank = rank;
    this.size = size;
    this.#memory = memory;
  }

  allReduce(array: Combinable, combination: Combination): void {
    this.#meet(array, (all) => array.set(inTree(all as Combinable[], combination) as never));
  }

  reduceScatter(array: Combinable, bounds: readonly number[], combination: Combination): void {
    const [from, to] = [bounds[this.rank]!, bounds[this.rank + 1]!];
    this.#meet(array, (all) => {
      array.fill(Number.NaN);
      array.set(inTree(all as Combinable[], combination).subarray(from, to) as never, from);
    });
  }

  allGather(array: Travelling, bounds: readonly number[]): void {
    this.#meet(array, (all) => {
      for (const [rank, each] of all.entries()) {
        array.set(each.subarray(bounds[rank], bounds[rank + 1]) as never, bounds[rank]);
      }
    });
  }

  broadcast(array: Travelling, root: number): void {
    this.#meet(array, (all) => array.set(all[root] as never));
  }

  barrier(): void {
    const [count, meetings] = [0, 1];
    const words = new Int32Array(this.#memory, 0, 2);
    const before = Atomics.load(words, meetings);
    if (Atomics.add(words, count, 1) + 1 < this.size) {
      // The last one of the meeting before may wake those who wait in this one already.
      while (Atomics.load(words, meetings) === before) Atomics.wait(words, meetings, before);
      return;
    }
    Atomics.store(words, count, 0);
    Atomics.add(words, meetings, 1);
    Atomics.notify(words, meetings);
  }

  abort(): void {}

  [Symbol.dispose](): void {}

  /** Shows each rank's array to all. */
  #meet(array: Travelling, take: (all: Travelling[]) => void): void {
    if (array.byteLength > most) throw new Error(`${array.byteLength} bytes are too many`);
    const Elements = array.constructor as new (
      buffer: SharedArrayBuffer,
      at: number,
      length: number,
    ) => Travelling;
    const of = (rank: number) => new Elements(this.#memory, 8 + rank * most, array.length);
    of(this.rank).set(array as never);
    this.barrier();
    take(Array.from({ length: this.size }, (_, rank) => of(rank).slice()));
    this.barrier();
  }
}
