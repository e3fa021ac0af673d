/** Ranks in one thread, which wait for each other with promises: a transport for tests and simulations. */
import type {
  Communicator,
  ReduceOperation,
  ReducibleArray,
  SendableArray,
} from "../../src/distributed/communicator.ts";

/** Acts on the arrays of the present ranks, in the order of ranks. */
type Act = (arrays: readonly SendableArray[], present: readonly number[]) => void;

interface Brought {
  readonly call: string;
  readonly array: SendableArray;
  readonly act: Act;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

const combine: Readonly<Record<ReduceOperation, (a: number, b: number) => number>> = {
  sum: (a, b) => a + b,
  max: (a, b) => Math.max(a, b),
  min: (a, b) => Math.min(a, b),
};

/** Combines arrays in the tree that the interface fixes. */
export function combinedInTree(
  arrays: readonly ReducibleArray[],
  operation: ReduceOperation,
): ReducibleArray {
  let level = arrays.map((array) => array.slice());
  while (level.length > 1) {
    level = level.flatMap((left, i) => {
      const right = level[i + 1];
      if (i % 2 === 1) return [];
      if (right !== undefined) {
        for (let j = 0; j < left.length; j++) left[j] = combine[operation](left[j]!, right[j]!);
      }
      return [left];
    });
  }
  return level[0]!;
}

/** The meeting point of ranks. */
export class Ranks {
  readonly communicators: readonly Communicator[];
  /** The ranks that a roll call waits for; an unexpected rank that has come is also present. */
  readonly expected: Set<number>;
  /** The finished operations, by name, with the bytes of each rank's array. */
  readonly done: { readonly call: string; readonly bytes: number }[] = [];
  #present: readonly number[];
  #brought = new Map<number, Brought>();
  #arrived = new Map<number, (present: readonly number[]) => void>();

  /** @param mayLeave whether it has roll calls */
  constructor(size: number, { mayLeave = false }: { readonly mayLeave?: boolean } = {}) {
    const all = Array.from({ length: size }, (_, rank) => rank);
    this.#present = all;
    this.expected = new Set(all);
    this.communicators = all.map((rank) => this.#communicator(rank, size, mayLeave));
  }

  /** A rank leaves, and no rank waits for it any more. */
  leave(rank: number): void {
    this.expected.delete(rank);
    this.#openIfAll();
  }

  #communicator(rank: number, size: number, mayLeave: boolean): Communicator {
    const meet = (call: string, array: SendableArray, act: Act) =>
      this.#meet(rank, call, array, act);
    return {
      transport: "turns",
      rank,
      size,
      synchronous: false,
      allReduce: (array, operation) =>
        meet(`allReduce ${operation} ${array.length}`, array, (all) => {
          const result = combinedInTree(all as readonly ReducibleArray[], operation);
          for (const each of all) each.set(result);
        }),
      reduceScatter: (array, bounds, operation) =>
        meet(`reduceScatter ${operation} ${bounds}`, array, (all, present) => {
          const result = combinedInTree(all as readonly ReducibleArray[], operation);
          for (const [at, each] of all.entries()) {
            const [from, to] = [bounds[present[at]!]!, bounds[present[at]! + 1]!];
            each.set(result.subarray(from, to), from);
          }
        }),
      allGather: (array, bounds) =>
        meet(`allGather ${bounds}`, array, (all, present) => {
          for (const [at, part] of all.entries()) {
            const [from, to] = [bounds[present[at]!]!, bounds[present[at]! + 1]!];
            for (const each of all) each.set(part.slice(from, to), from);
          }
        }),
      broadcast: (array, root) =>
        meet(`broadcast ${root} ${array.length}`, array, (all, present) => {
          for (const each of all) each.set(all[present.indexOf(root)]!);
        }),
      barrier: () => meet("barrier", new Uint8Array(0), () => undefined),
      abort: (reason) => {
        for (const { reject } of this.#brought.values())
          reject(new Error(`rank ${rank}: ${reason}`));
      },
      ...(mayLeave && { presentRanks: () => this.#arrive(rank) }),
      [Symbol.dispose]: () => undefined,
    };
  }

  #meet(rank: number, call: string, array: SendableArray, act: Act): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#brought.set(rank, { call, array, act, resolve, reject });
      if (this.#brought.size === this.#present.length) {
        this.#perform();
      }
    });
  }

  #perform(): void {
    const all = this.#present.map((rank) => this.#brought.get(rank)!);
    this.#brought = new Map();
    const [first] = all as [Brought];
    const other = all.find((each) => each === undefined || each.call !== first.call);
    if (first === undefined || all.includes(undefined as never) || other !== undefined) {
      const message = `ranks make other calls: ${all.map((each) => each?.call).join("; ")}`;
      for (const each of all) each?.reject(new Error(message));
      return;
    }
    const arrays = all.map(({ array }) => array);
    first.act(arrays, this.#present);
    this.done.push({ call: first.call, bytes: first.array.byteLength });
    for (const { resolve } of all) resolve();
  }

  #arrive(rank: number): Promise<readonly number[]> {
    return new Promise((resolve) => {
      this.#arrived.set(rank, resolve);
      this.#openIfAll();
    });
  }

  #openIfAll(): void {
    const here = [...this.#arrived.keys()].sort((a, b) => a - b);
    if (here.length === 0 || ![...this.expected].every((rank) => this.#arrived.has(rank))) {
      return;
    }
    const arrived = this.#arrived;
    this.#arrived = new Map();
    this.#present = here;
    for (const each of here) this.expected.add(each);
    for (const resolve of arrived.values()) resolve(here);
  }
}

/** A single rank, whose operations finish at once. */
export const alone = (): Communicator => ({
  transport: "none",
  rank: 0,
  size: 1,
  synchronous: true,
  allReduce: () => undefined,
  reduceScatter: () => undefined,
  allGather: () => undefined,
  broadcast: () => undefined,
  barrier: () => undefined,
  abort: (reason) => {
    throw new Error(reason);
  },
  [Symbol.dispose]: () => undefined,
});
