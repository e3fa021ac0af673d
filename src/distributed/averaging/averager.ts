/** Averages the arrays of many parameters over ranks. */
import type { ElementType, FloatArray } from "../../runtime/memory/memory.ts";
import type { Communicator } from "../communicator.ts";
import type { Coroutine } from "../coroutine.ts";
import {
  arrayOf,
  type Bucket,
  type BucketEntry,
  type BucketSlice,
  bucketsOf,
  type ShardOffsets,
} from "./buckets.ts";
import { areFinite, divide } from "./elementwise.ts";

/** The gradients of this rank. */
export interface RankGradients {
  /** The gradient of a parameter; null if there is none, which counts as zeros. */
  gradientOf(name: string): ArrayLike<number> | null;
  /** Looks for the element that is not finite, and notes it for the error. */
  reportNonFinite(name: string, from: number, to: number): void;
}

/** The arrays of parameters, by name. */
type ArrayOf = (name: string) => FloatArray;

const part = (array: ArrayLike<number>, from: number, to: number): ArrayLike<number> =>
  ArrayBuffer.isView(array)
    ? (array as FloatArray).subarray(from, to)
    : Array.prototype.slice.call(array, from, to);

/** The elements of the parameter that a slice shares with elements `first` up to `last` of its bucket. */
const overlap = ({ from, to, at }: BucketSlice, first: number, last: number) => ({
  from: Math.max(from, from + first - at),
  to: Math.min(to, from + last - at),
});

/** What averagers are made of. */
export interface AveragerSource {
  readonly communicator: Communicator;
  /** All parameters, in an order that is the same on all ranks. */
  readonly entries: readonly BucketEntry[];
  /** The size of a bucket: the most bytes that ranks send at once. */
  readonly bytes: number;
  /** The shards of ranks, if each rank gets only its shard. */
  readonly shardOffsets?: ShardOffsets;
}

/** Averagers of all parameters, and of all but some. */
export class Averagers {
  readonly source: AveragerSource;
  /** The one that was asked for last: mostly the next step asks for the same. */
  #latest: { readonly key: string; readonly averager: Averager } | undefined;

  constructor(source: AveragerSource) {
    this.source = source;
  }

  /** @param excluded parameters whose gradients are not sent whole; the same on all ranks */
  except(excluded: ReadonlySet<string>): Averager {
    const key = JSON.stringify([...excluded]);
    if (this.#latest?.key !== key) {
      const { communicator, entries, bytes, shardOffsets } = this.source;
      const all = entries.filter(({ name }) => !excluded.has(name));
      this.#latest = { key, averager: new Averager(communicator, all, bytes, shardOffsets) };
    }
    return this.#latest.averager;
  }
}

/** Averages or gathers the arrays of some parameters over ranks, bucket by bucket. */
export class Averager {
  readonly #communicator: Communicator;
  readonly #buckets: readonly Bucket[];
  readonly #isSharded: boolean;
  /** For each type, a buffer into which small arrays are copied. */
  readonly #buffers: Readonly<Record<ElementType, FloatArray>>;

  /**
   * @param entries in an order that is the same on all ranks
   * @param bytes the size of a bucket
   * @param shardOffsets the shards of ranks, if each rank gets only its shard
   */
  constructor(
    communicator: Communicator,
    entries: readonly BucketEntry[],
    bytes: number,
    shardOffsets?: ShardOffsets,
  ) {
    this.#communicator = communicator;
    this.#isSharded = shardOffsets !== undefined;
    this.#buckets = bucketsOf(entries, bytes, shardOffsets);
    const bufferOf = (type: ElementType) => {
      const packed = this.#buckets.filter((each) => each.type === type && each.slices.length > 1);
      return arrayOf(type, Math.max(0, ...packed.map(({ length }) => length)));
    };
    this.#buffers = { float32: bufferOf("float32"), float64: bufferOf("float64") };
  }

  /**
   * Averages gradients: adds them in the tree over ranks, and divides each sum once.
   * @param into gives the array for the mean of a parameter. If each rank gets only its part, the rest of the array is undefined
   * afterwards
   */
  *average(gradients: RankGradients, into: ArrayOf): Coroutine<void> {
    const { size } = this.#communicator;
    for (const bucket of this.#buckets) {
      for (const slice of bucket.slices) {
        copyGradient(gradients, slice, into);
      }
      const array = this.#pack(bucket, into);
      yield this.#isSharded
        ? this.#communicator.reduceScatter(array, bucket.bounds, "sum")
        : this.#communicator.allReduce(array, "sum");
      this.#unpack(bucket, array, into);
      const [first, last] = this.#ownRange(bucket);
      for (const slice of bucket.slices) {
        const { from, to } = overlap(slice, first, last);
        divide(into(slice.name), from, to, size);
      }
    }
  }

  /** Gives each rank the parts of all other ranks. */
  *gather(arrayOf: ArrayOf): Coroutine<void> {
    for (const bucket of this.#buckets) {
      const array = this.#pack(bucket, arrayOf);
      yield this.#communicator.allGather(array, bucket.bounds);
      this.#unpack(bucket, array, arrayOf);
    }
  }

  /** The elements of a bucket as one array: in place if they come from one parameter, otherwise copied into a buffer. */
  #pack({ type, length, slices }: Bucket, arrayOf: ArrayOf): FloatArray {
    if (slices.length === 1) {
      const { name, from, to } = slices[0]!;
      return arrayOf(name).subarray(from, to);
    }
    const buffer = this.#buffers[type].subarray(0, length);
    for (const { name, from, to, at } of slices) {
      buffer.set(arrayOf(name).subarray(from, to), at);
    }
    return buffer;
  }

  /** Copies the elements of a bucket back from the buffer, if they are in one. */
  #unpack({ slices }: Bucket, array: FloatArray, arrayOf: ArrayOf): void {
    if (slices.length > 1) {
      for (const { name, from, to, at } of slices) {
        arrayOf(name).set(array.subarray(at, at + to - from), from);
      }
    }
  }

  /** Where this rank's part of a bucket begins and ends. */
  #ownRange({ bounds, length }: Bucket): [number, number] {
    const { rank } = this.#communicator;
    return this.#isSharded ? [bounds[rank]!, bounds[rank + 1]!] : [0, length];
  }
}

/** Copies a gradient to the place of its mean, and checks it before the sum overwrites it. */
function copyGradient(
  gradients: RankGradients,
  { name, from, to }: BucketSlice,
  into: ArrayOf,
): void {
  const local = gradients.gradientOf(name);
  const array = into(name);
  if (local === null) {
    array.fill(0, from, to);
  } else {
    if (local !== array) {
      array.set(part(local, from, to), from);
    }
    if (!areFinite(array, from, to)) {
      gradients.reportNonFinite(name, from, to);
    }
  }
}
