/** Arrays of many parameters that travel together, a few megabytes at a time. */
import { elementBytes } from "../compilers/backend.ts";
import type { ElementType, FloatArray } from "../runtime/memory/memory.ts";
import type { Communicator } from "./communicator.ts";
import type { Exchange } from "./exchange.ts";

/** A parameter whose gradient travels. */
export interface Member {
  readonly name: string;
  readonly type: ElementType;
  readonly length: number;
}

/** For each parameter, where the part of each rank begins, and behind the last its end: `size + 1` elements. */
export type Cuts = ReadonlyMap<string, readonly number[]>;

/** Elements `from` up to `to` of a parameter, which are in a bucket from `at` on. */
interface Window {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly at: number;
}

interface Bucket {
  readonly type: ElementType;
  readonly length: number;
  readonly windows: readonly Window[];
  /** Where each rank's part begins, and the end. */
  readonly bounds: readonly number[];
}

/** The gradients of one rank. */
export interface Given {
  /** Those of a parameter; null where there are none, which count as zeros. */
  of(name: string): ArrayLike<number> | null;
  /** Looks which of these elements are not finite, before they are written over. */
  look(name: string, from: number, to: number): void;
}

/** Cuts parameters of one type, in their order, into buckets of so many elements. */
function bucketsOf(members: readonly Member[], most: number, cuts: Cuts | undefined): Bucket[] {
  const all: Window[][] = [];
  let room = 0;
  for (const { name, length } of members) {
    for (let from = 0; from < length; ) {
      if (room === 0) {
        all.push([]);
        room = most;
      }
      const to = Math.min(length, from + room);
      all.at(-1)!.push({ name, from, to, at: most - room });
      room -= to - from;
      from = to;
    }
  }
  return all.map((windows) => {
    const { from, to, at } = windows.at(-1)!;
    const ranks = cuts?.values().next().value?.length ?? 0;
    // A rank's part of each parameter is behind those of lower ranks, and parameters are cut in their order.
    const bounds = Array.from({ length: ranks }, (_, rank) =>
      windows.reduce((sum, window) => {
        const cut = cuts!.get(window.name)![rank]!;
        return sum + Math.min(Math.max(cut, window.from), window.to) - window.from;
      }, 0),
    );
    return { type: members[0]!.type, length: at + to - from, windows, bounds };
  });
}

/** Divides each element, and tells whether all are finite. */
function divide(array: FloatArray, by: number): boolean {
  let finite = true;
  for (let i = 0; i < array.length; i++) {
    const value = array[i]! / by;
    array[i] = value;
    if (value - value !== 0) {
      finite = false;
    }
  }
  return finite;
}

const part = (array: ArrayLike<number>, from: number, to: number): ArrayLike<number> =>
  ArrayBuffer.isView(array)
    ? (array as FloatArray).subarray(from, to)
    : Array.prototype.slice.call(array, from, to);

const classes = { float32: Float32Array, float64: Float64Array } as const;

/** What carries the arrays of some parameters between ranks, through one buffer for each type. */
export class Buckets {
  readonly #communicator: Communicator;
  readonly #buckets: readonly Bucket[];
  readonly #isCut: boolean;
  readonly #buffers: Partial<Record<ElementType, FloatArray>> = {};

  /**
   * @param members in an order that is the same on all ranks
   * @param bytes of a bucket
   * @param cuts the parts of ranks, if each gets its own alone
   */
  constructor(communicator: Communicator, members: readonly Member[], bytes: number, cuts?: Cuts) {
    this.#communicator = communicator;
    this.#isCut = cuts !== undefined;
    this.#buckets = (["float32", "float64"] as const).flatMap((type) => {
      const most = Math.max(1, Math.floor(bytes / elementBytes[type]));
      const ofType = members.filter((member) => member.type === type);
      const buckets = bucketsOf(ofType, most, cuts);
      const length = Math.max(0, ...buckets.map((bucket) => bucket.length));
      this.#buffers[type] = new classes[type](length);
      return buckets;
    });
  }

  /** Bytes of its buffers. */
  get bytes(): number {
    return Object.values(this.#buffers).reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /**
   * Averages gradients: adds them in the tree of ranks, and divides each sum once.
   * @param into the array for a parameter's averages; where parts are cut, this rank's part of it is written alone
   */
  *average(given: Given, into: (name: string) => FloatArray): Exchange<void> {
    const { size } = this.#communicator;
    for (const bucket of this.#buckets) {
      const array = this.#arrayOf(bucket);
      for (const { name, from, to, at } of bucket.windows) {
        const local = given.of(name);
        if (local === null) {
          array.fill(0, at, at + to - from);
        } else {
          array.set(part(local, from, to), at);
        }
      }
      yield this.#isCut
        ? this.#communicator.reduceScatter(array, bucket.bounds, "sum")
        : this.#communicator.allReduce(array, "sum");
      const finite = divide(array.subarray(...this.#ownOf(bucket)), size);
      for (const [window, start, end] of this.#ownWindows(bucket)) {
        const from = window.from + start - window.at;
        if (!finite) {
          given.look(window.name, from, from + end - start);
        }
        into(window.name).set(array.subarray(start, end), from);
      }
    }
  }

  /** Gives each rank the parts of all others. */
  *gather(arrayOf: (name: string) => FloatArray): Exchange<void> {
    for (const bucket of this.#buckets) {
      const array = this.#arrayOf(bucket);
      for (const [{ name, from, at }, start, end] of this.#ownWindows(bucket)) {
        array.set(arrayOf(name).subarray(from + start - at, from + end - at), start);
      }
      yield this.#communicator.allGather(array, bucket.bounds);
      for (const { name, from, to, at } of bucket.windows) {
        arrayOf(name).set(array.subarray(at, at + to - from), from);
      }
    }
  }

  #arrayOf({ type, length }: Bucket): FloatArray {
    return this.#buffers[type]!.subarray(0, length);
  }

  /** Where this rank's part begins and ends. */
  #ownOf({ bounds, length }: Bucket): [number, number] {
    const { rank } = this.#communicator;
    return this.#isCut ? [bounds[rank]!, bounds[rank + 1]!] : [0, length];
  }

  /** The windows that this rank has a part of, with where that begins and ends in the bucket. */
  #ownWindows(bucket: Bucket): [Window, start: number, end: number][] {
    const [first, last] = this.#ownOf(bucket);
    return bucket.windows.flatMap((window): [Window, number, number][] => {
      const start = Math.max(window.at, first);
      const end = Math.min(window.at + window.to - window.from, last);
      return start < end ? [[window, start, end]] : [];
    });
  }
}
