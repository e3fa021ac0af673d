/** Divides the arrays of parameters into buckets, which ranks send one at a time. */
import { type ElementType, elementBytes } from "../../compilers/backend.ts";
import type { FloatArray } from "../../runtime/memory/memory.ts";

/** A new array of zeros. */
export const arrayOf = (type: ElementType, length: number): FloatArray =>
  type === "float32" ? new Float32Array(length) : new Float64Array(length);

/** A parameter whose gradient ranks send. */
export interface BucketEntry {
  readonly name: string;
  readonly type: ElementType;
  readonly length: number;
}

/** For each parameter, `size + 1` offsets: where the shard of each rank begins, and the end. */
export type ShardOffsets = ReadonlyMap<string, readonly number[]>;

/** Elements `from` up to `to` of a parameter, which start at offset `at` of a bucket. */
export interface BucketSlice {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly at: number;
}

/** What ranks send at once. A single slice is sent from its place. Several slices are first copied into a buffer. */
export interface Bucket {
  readonly type: ElementType;
  readonly length: number;
  readonly slices: readonly BucketSlice[];
  /** The offset at which each rank's part begins, and the end. */
  readonly bounds: readonly number[];
}

/** Divides a large array into slices of equal length. */
function splitLarge({ name, length }: BucketEntry, most: number): BucketSlice[][] {
  const pieces = Math.ceil(length / most);
  const endOf = (piece: number) => Math.floor((length * piece) / pieces);
  return Array.from({ length: pieces }, (_, piece) => [
    { name, from: endOf(piece), to: endOf(piece + 1), at: 0 },
  ]);
}

/** Puts small arrays together, in order. */
function packSmall(entries: readonly BucketEntry[], most: number): BucketSlice[][] {
  const all: BucketSlice[][] = [];
  let room = 0;
  for (const { name, length } of entries) {
    if (length > room) {
      all.push([]);
      room = most;
    }
    all.at(-1)!.push({ name, from: 0, to: length, at: most - room });
    room -= length;
  }
  return all;
}

/** The bounds of the ranks' parts of a bucket. They rise, because parameters are cut in the order of names. */
function boundsOf(slices: readonly BucketSlice[], shardOffsets: ShardOffsets): number[] {
  const ranks = shardOffsets.values().next().value?.length ?? 0;
  return Array.from({ length: ranks }, (_, rank) =>
    slices.reduce((sum, { name, from, to }) => {
      const start = shardOffsets.get(name)![rank]!;
      return sum + Math.min(Math.max(start, from), to) - from;
    }, 0),
  );
}

/**
 * Divides arrays of at least a quarter of a bucket, and puts smaller ones together, because copying costs less than more messages.
 * @param entries in an order that is the same on all ranks
 * @param bytes the size of a bucket
 * @param shardOffsets the shards of ranks, if each rank gets only its shard
 */
export function bucketsOf(
  entries: readonly BucketEntry[],
  bytes: number,
  shardOffsets?: ShardOffsets,
): Bucket[] {
  return (["float32", "float64"] as const).flatMap((type) => {
    const most = Math.max(1, Math.floor(bytes / elementBytes[type]));
    const [large, small]: [BucketEntry[], BucketEntry[]] = [[], []];
    for (const entry of entries) {
      if (entry.type === type && entry.length > 0) {
        (entry.length >= most / 4 ? large : small).push(entry);
      }
    }
    const all = [...large.flatMap((entry) => splitLarge(entry, most)), ...packSmall(small, most)];
    return all.map((slices): Bucket => {
      const { from, to, at } = slices.at(-1)!;
      const bounds = shardOffsets === undefined ? [] : boundsOf(slices, shardOffsets);
      return { type, length: at + to - from, slices, bounds };
    });
  });
}
