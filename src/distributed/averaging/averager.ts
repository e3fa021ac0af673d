/** Averages the arrays of many parameters over ranks. */
import type { ElementType, FloatArray } from "../../runtime/memory/memory.ts";
import type { Communicator } from "../communicator.ts";
import type { Exchange } from "../exchange.ts";
import { arrayOf, type Bucket, bucketsOf, type Cuts, type Member, type Window } from "./buckets.ts";
import { areFinite, divide } from "./elementwise.ts";

/** The gradients of this rank. */
export interface Given {
  /** The gradient of a parameter; null if there is none, which counts as zeros. */
  of(name: string): ArrayLike<number> | null;
  /** Looks for the element that is not finite, and notes it for the error. */
  look(name: string, from: number, to: number): void;
}

/** The arrays of parameters, by name. */
type ArrayOf = (name: string) => FloatArray;

const part = (array: ArrayLike<number>, from: number, to: number): ArrayLike<number> =>
  ArrayBuffer.isView(array)
    ? (array as FloatArray).subarray(from, to)
    : Array.prototype.slice.call(array, from, to);

/** The elements of the parameter that a window shares with elements `first` up to `last` of its bucket. */
const within = ({ from, to, at }: Window, first: number, last: number) => ({
  from: Math.max(from, from + first - at),
  to: Math.min(to, from + last - at),
});

/** What averagers are made of. */
export interface AveragerSource {
  readonly communicator: Communicator;
  /** All parameters, in an order that is the same on all ranks. */
  readonly members: readonly Member[];
  /** The most bytes that travel at a time. */
  readonly bytes: number;
  /** The parts of ranks, if each gets its own alone. */
  readonly cuts?: Cuts;
}

/** Averagers of all parameters, and of all but some. */
export class Averagers {
  readonly source: AveragerSource;
  /** The one that was asked for last: mostly the next step asks for the same. */
  #latest: { readonly key: string; readonly averager: Averager } | undefined;

  constructor(source: AveragerSource) {
    this.source = source;
  }

  /** @param left parameters that do not travel whole; the same on all ranks */
  but(left: ReadonlySet<string>): Averager {
    const key = JSON.stringify([...left]);
    if (this.#latest?.key !== key) {
      const { communicator, members, bytes, cuts } = this.source;
      const all = members.filter(({ name }) => !left.has(name));
      this.#latest = { key, averager: new Averager(communicator, all, bytes, cuts) };
    }
    return this.#latest.averager;
  }
}

/** Averages or gathers the arrays of some parameters over ranks, bucket by bucket. */
export class Averager {
  readonly #communicator: Communicator;
  readonly #buckets: readonly Bucket[];
  readonly #isCut: boolean;
  /** For each type, a buffer into which small arrays are copied. */
  readonly #buffers: Readonly<Record<ElementType, FloatArray>>;

  /**
   * @param members in an order that is the same on all ranks
   * @param bytes the size of a bucket
   * @param cuts the parts of ranks, if each rank gets only its part
   */
  constructor(communicator: Communicator, members: readonly Member[], bytes: number, cuts?: Cuts) {
    this.#communicator = communicator;
    this.#isCut = cuts !== undefined;
    this.#buckets = bucketsOf(members, bytes, cuts);
    const bufferOf = (type: ElementType) => {
      const packed = this.#buckets.filter((each) => each.type === type && each.windows.length > 1);
      return arrayOf(type, Math.max(0, ...packed.map(({ length }) => length)));
    };
    this.#buffers = { float32: bufferOf("float32"), float64: bufferOf("float64") };
  }

  /**
   * Averages gradients: adds them in the tree over ranks, and divides each sum once.
   * @param into gives the array for the mean of a parameter. If each rank gets only its part, the rest of the array is undefined
   * afterwards
   */
  *average(given: Given, into: ArrayOf): Exchange<void> {
    const { size } = this.#communicator;
    for (const bucket of this.#buckets) {
      for (const window of bucket.windows) {
        take(given, window, into);
      }
      const array = this.#joined(bucket, into);
      yield this.#isCut
        ? this.#communicator.reduceScatter(array, bucket.bounds, "sum")
        : this.#communicator.allReduce(array, "sum");
      this.#part(bucket, array, into);
      const [first, last] = this.#ownOf(bucket);
      for (const window of bucket.windows) {
        const { from, to } = within(window, first, last);
        divide(into(window.name), from, to, size);
      }
    }
  }

  /** Gives each rank the parts of all other ranks. */
  *gather(arrayOf: ArrayOf): Exchange<void> {
    for (const bucket of this.#buckets) {
      const array = this.#joined(bucket, arrayOf);
      yield this.#communicator.allGather(array, bucket.bounds);
      this.#part(bucket, array, arrayOf);
    }
  }

  /** The elements of a bucket as one array: in place if they come from one parameter, otherwise copied into a buffer. */
  #joined({ type, length, windows }: Bucket, arrayOf: ArrayOf): FloatArray {
    if (windows.length === 1) {
      const { name, from, to } = windows[0]!;
      return arrayOf(name).subarray(from, to);
    }
    const buffer = this.#buffers[type].subarray(0, length);
    for (const { name, from, to, at } of windows) {
      buffer.set(arrayOf(name).subarray(from, to), at);
    }
    return buffer;
  }

  /** Copies the elements of a bucket back from the buffer, if they are in one. */
  #part({ windows }: Bucket, array: FloatArray, arrayOf: ArrayOf): void {
    if (windows.length > 1) {
      for (const { name, from, to, at } of windows) {
        arrayOf(name).set(array.subarray(at, at + to - from), from);
      }
    }
  }

  /** Where this rank's part of a bucket begins and ends. */
  #ownOf({ bounds, length }: Bucket): [number, number] {
    const { rank } = this.#communicator;
    return this.#isCut ? [bounds[rank]!, bounds[rank + 1]!] : [0, length];
  }
}

/** Copies a gradient to the place of its mean, and checks it before the sum overwrites it. */
function take(given: Given, { name, from, to }: Window, into: ArrayOf): void {
  const local = given.of(name);
  const array = into(name);
  if (local === null) {
    array.fill(0, from, to);
  } else {
    if (local !== array) {
      array.set(part(local, from, to), from);
    }
    if (!areFinite(array, from, to)) {
      given.look(name, from, to);
    }
  }
}
