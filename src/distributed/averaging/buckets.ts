/** How the arrays of parameters are put together, and cut, into what travels at a time. */
import { type ElementType, elementBytes } from "../../compilers/backend.ts";
import type { FloatArray } from "../../runtime/memory/memory.ts";

/** Zeros. */
export const arrayOf = (type: ElementType, length: number): FloatArray =>
  type === "float32" ? new Float32Array(length) : new Float64Array(length);

/** A parameter whose gradient travels. */
export interface Member {
  readonly name: string;
  readonly type: ElementType;
  readonly length: number;
}

/** For each parameter, where the part of each rank begins, and behind the last its end: `size + 1` elements. */
export type Cuts = ReadonlyMap<string, readonly number[]>;

/** Elements `from` up to `to` of a parameter, which are in a bucket from `at` on. */
export interface Window {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly at: number;
}

/** What travels at a time. One of a single window travels from where that is; windows of several are put side by side before. */
export interface Bucket {
  readonly type: ElementType;
  readonly length: number;
  readonly windows: readonly Window[];
  /** Where each rank's part begins, and the end. */
  readonly bounds: readonly number[];
}

/** The windows of a large array: equally long ones. */
function cut({ name, length }: Member, most: number): Window[][] {
  const pieces = Math.ceil(length / most);
  const endOf = (piece: number) => Math.floor((length * piece) / pieces);
  return Array.from({ length: pieces }, (_, piece) => [
    { name, from: endOf(piece), to: endOf(piece + 1), at: 0 },
  ]);
}

/** Puts small arrays together, in their order. */
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

/** A rank's part of each parameter is behind those of lower ranks, and parameters are cut in their order. */
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
 * Cuts arrays of at least a quarter of a bucket, and puts smaller ones together: copying these costs less than more messages would.
 * @param members in an order that is the same on all ranks
 * @param bytes of a bucket
 * @param cuts the parts of ranks, if each gets its own alone
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
