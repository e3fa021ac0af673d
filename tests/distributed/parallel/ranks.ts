/** Ranks in one thread: each operation is done when all have come to it. The tree is that of the contract. */
import type {
  Combinable,
  Combination,
  Communicator,
  Done,
  Travelling,
} from "../../../src/distributed/communicator.ts";

const combine: Record<Combination, (a: number, b: number) => number> = {
  sum: (a, b) => a + b,
  max: Math.max,
  min: Math.min,
};

/** Combines arrays of all ranks, neighbours first; each number is rounded to their type. */
export function inTree<A extends Combinable>(arrays: readonly A[], combination: Combination): A {
  let level = arrays.map((array) => array.slice() as A);
  while (level.length > 1) {
    level = level.flatMap((left, index) => {
      const right = level[index + 1];
      if (index % 2 === 1) return [];
      right?.forEach((value, i) => void (left[i] = combine[combination](left[i]!, value)));
      return [left];
    });
  }
  return level[0]!;
}

/** What a rank brings to an operation. */
interface Come {
  readonly what: string;
  readonly array: Travelling;
  readonly settle: (error?: Error) => void;
}

/** Where ranks meet: the last one does the work. */
class Meeting {
  readonly #size: number;
  readonly #come: (Come | undefined)[];
  /** Operations so far. */
  count = 0;

  constructor(size: number) {
    this.#size = size;
    this.#come = Array.from({ length: size });
  }

  join(rank: number, what: string, array: Travelling, work: (all: Travelling[]) => void): Done {
    return new Promise((resolve, reject) => {
      const settle = (error?: Error) => (error ? reject(error) : resolve());
      this.#come[rank] = { what: `${what} of ${array.length}`, array, settle };
      const all = this.#come.filter((each) => each !== undefined);
      if (all.length < this.#size) return;
      this.#come.fill(undefined);
      this.count += 1;
      const calls = new Set(all.map((each) => each.what));
      const error =
        calls.size > 1 ? new Error(`ranks call ${[...calls].join(" and ")}`) : undefined;
      if (error === undefined) work(all.map((each) => each.array));
      for (const each of all) each.settle(error);
    });
  }
}

class InTurn implements Communicator {
  readonly transport = "promises";
  readonly synchronous = false;
  readonly rank: number;
  readonly size: number;
  readonly meeting: Meeting;

  constructor(rank: number, size: number, meeting: Meeting) {
    this.rank = rank;
    this.size = size;
    this.meeting = meeting;
  }

  allReduce(array: Combinable, combination: Combination): Done {
    return this.meeting.join(this.rank, `allReduce ${combination}`, array, (all) => {
      const result = inTree(all as Combinable[], combination);
      for (const each of all) each.set(result as never);
    });
  }

  reduceScatter(array: Combinable, bounds: readonly number[], combination: Combination): Done {
    return this.meeting.join(this.rank, `reduceScatter ${bounds}`, array, (all) => {
      const result = inTree(all as Combinable[], combination);
      for (const [rank, each] of all.entries()) {
        each.fill(Number.NaN);
        each.set(result.subarray(bounds[rank], bounds[rank + 1]) as never, bounds[rank]);
      }
    });
  }

  allGather(array: Travelling, bounds: readonly number[]): Done {
    return this.meeting.join(this.rank, `allGather ${bounds}`, array, (all) => {
      const parts = all.map((each, rank) => each.slice(bounds[rank], bounds[rank + 1]));
      for (const each of all) {
        for (const [rank, part] of parts.entries()) each.set(part as never, bounds[rank]);
      }
    });
  }

  broadcast(array: Travelling, root: number): Done {
    return this.meeting.join(this.rank, `broadcast ${root}`, array, (all) => {
      for (const each of all) each.set(all[root] as never);
    });
  }

  barrier(): Done {
    return this.meeting.join(this.rank, "barrier", new Uint8Array(0), () => undefined);
  }

  abort(): void {}

  [Symbol.dispose](): void {}
}

/** So many ranks, whose operations are done later. */
export function ranksInTurn(size: number): InTurn[] {
  const meeting = new Meeting(size);
  return Array.from({ length: size }, (_, rank) => new InTurn(rank, size, meeting));
}

/** One rank, whose operations are done at once. */
export function alone(): Communicator {
  const nothing = () => undefined;
  return {
    ...{ transport: "nothing", rank: 0, size: 1, synchronous: true },
    ...{ allReduce: nothing, reduceScatter: nothing, allGather: nothing },
    ...{ broadcast: nothing, barrier: nothing, abort: nothing, [Symbol.dispose]: nothing },
  };
}
