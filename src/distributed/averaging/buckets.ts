/** Divides the arrays of parameters into buckets, which ranks send one at a time. */
import { type ElementType, elementBytes } from "../../compilers/backend.ts";
import type { FloatArray } from "../../runtime/memory/memory.ts";

/** A new array of zeros. */
export const arrayOf = (type: ElementType, length: number): FloatArray =>
  type === "float32" ? new Float32Array(length) : new Float64Array(length);

/** A parameter whose gradient ranks send. */
export interface Member {
  readonly name: string;
  readonly type: ElementType;
  readonly length: number;
}

/** For each parameter, `size + 1` offsets: where the part of each rank begins, and the end. */
export type Cuts = ReadonlyMap<string, readonly number[]>;

/** Elements `from` up to `to` of a parameter, which start at offset `at` of a bucket. */
export interface Window {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly at: number;
}

/** What ranks send at once. A single window is sent from its place. Several windows are first copied into a buffer. */
export interface Bucket {
  readonly type: ElementType;
  readonly length: number;
  readonly windows: readonly Window[];
  /** The offset at which each rank's part begins, and the end. */
  readonly bounds: readonly number[];
}

/** Divides a large array into windows of equal length. */
function cut({ name, length }: Member, most: number): Window[][] {
  const pieces = Math.ceil(length / most);
  const endOf = (piece: number) => Math.floor((length * piece) / pieces);
  return Array.from({ length: pieces }, (_, piece) => [
    { name, from: endOf(piece), to: endOf(piece + 1), at: 0 },
  ]);
}

/** Puts small arrays together, in order. */
function pack(members: readonly Member[], most: number): Window[][] {
  const all: Window[][] = [];
  let room = 0;
  for (const { name, length } of members) {
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
function boundsOf(windows: readonly Window[], cuts: Cuts): number[] {
  const ranks = cuts.values().next().value?.length ?? 0;
  return Array.from({ length: ranks }, (_, rank) =>
    windows.reduce((sum, { name, from, to }) => {
      const start = cuts.get(name)![rank]!;
      return sum + Math.min(Math.max(start, from), to) - from;
    }, 0),
  );
}

/**
 * Divides arrays of at least a quarter of a bucket, and puts smaller ones together, because copying costs less than more messages.
 * @param members in an order that is the same on all ranks
 * @param bytes the size of a bucket
 * @param cuts the parts of ranks, if each rank gets only its part
 */
export function bucketsOf(members: readonly Member[], bytes: number, cuts?: Cuts): Bucket[] {
  return (["float32", "float64"] as const).flatMap((type) => {
    const most = Math.max(1, Math.floor(bytes / elementBytes[type]));
    const [large, small]: [Member[], Member[]] = [[], []];
    for (const member of members) {
      if (member.type === type && member.length > 0) {
        (member.length >= most / 4 ? large : small).push(member);
      }
    }
    const all = [...large.flatMap((member) => cut(member, most)), ...pack(small, most)];
    return all.map((windows): Bucket => {
      const { from, to, at } = windows.at(-1)!;
      const bounds = cuts === undefined ? [] : boundsOf(windows, cuts);
      return { type, length: at + to - from, windows, bounds };
    });
  });
}
