/** Buffers and blocks for parameters outside of the kernels' memory. */
import { type ElementType, elementBytes } from "../../compilers/backend.ts";
import type { Tensor } from "../binding/tensor.ts";
import { type MemoryScope, paddedBytes, type StoredElements } from "../memory/memory.ts";

/**
 * Bytes that are staged at a time: whole blocks of a reduction in either type. Longer blocks take less time per byte, because each
 * copy begins slowly after a kernel (Adam on 1M parameters and gradients, all foreign: 1.20 ms with 384 KiB, 1.40 with 128, on an
 * Intel processor; the same on an AMD). Beyond this size little is gained, and with it two buffers keep an optimizer within 1 MB of
 * its state.
 */
export const stagedBytes = 384 * 1024;

/**
 * Arrays are staged together up to this many bytes: a loop over these makes the cost of a kernel call negligible, and copies stay
 * in the nearest caches.
 */
export const joinedBytes = 64 * 1024;

/** The memory that an optimizer may need. */
export interface MemoryNeeds {
  /** Bytes that are staged at a time. */
  readonly staged: number;
  /** Bytes of gathered rows per array, at a time. */
  readonly gathered: number;
  /** The most arrays whose rows are gathered at a time. */
  readonly arrays: number;
  /** All bytes together. */
  readonly bytes: number;
}

/** Elements that are staged at a time. */
export const stagedLength = (type: ElementType): number => stagedBytes / elementBytes[type];

/** The distance of a buffer from the start of a page. */
const aside = 1024;

/**
 * Reserves a buffer for a block. Large arrays begin a few bytes after the start of a page. If source and target of a copy both
 * begin there, some processors take ten times as long.
 * @returns its address
 */
export function bufferIn(scope: MemoryScope, { staged }: MemoryNeeds): number {
  const address = scope.allocate(staged + aside);
  return address + (address % 4096 < aside ? aside : 0);
}

/** A caller's array or a part of it, and its place in each buffer. */
interface Piece {
  readonly array: StoredElements;
  readonly views: readonly StoredElements[];
  /** The padding after it, up to the next one. */
  readonly gaps: readonly StoredElements[];
}

/** The pieces that are in a buffer at the same time. */
export type Block = readonly Piece[];

/**
 * Divides arrays into blocks, once, so that steps allocate no views.
 * @param tensors one, or several that form one block
 * @param buffers each buffer as a whole
 */
export function blocksOf(tensors: readonly Tensor[], buffers: readonly StoredElements[]): Block[] {
  const blocks: Piece[][] = [];
  let first = 0;
  for (const { data, type, padded } of tensors) {
    const most = stagedLength(type);
    let start = 0;
    do {
      const array = data.subarray(start, start + most);
      const at = (first + start) % most;
      const end = at + array.length;
      const views = buffers.map((buffer) => buffer.subarray(at, end));
      const next = at + paddedBytes(array.length * elementBytes[type]) / elementBytes[type];
      const gaps = buffers.map((buffer) => buffer.subarray(end, next));
      (blocks[(first + start - at) / most] ??= []).push({ array, views, gaps });
      start += most;
    } while (start < data.length);
    first += padded / elementBytes[type];
  }
  return blocks;
}

/** Bytes of an array's rows that are gathered at a time: at least one row, however long it is. */
export const gatheredBytes = (rowBytes: number): number =>
  paddedBytes(Math.max(stagedBytes, rowBytes));

/** Memory for gathered rows of several arrays. All programs in a memory use it in turn. */
export class GatherScratch {
  /** Bytes for the rows of one array. */
  readonly bytes: number;
  readonly #scope: MemoryScope;
  readonly #arrays: number;
  #address: number | undefined;

  constructor(scope: MemoryScope, { gathered, arrays }: MemoryNeeds) {
    this.#scope = scope;
    this.bytes = gathered;
    this.#arrays = arrays;
  }

  get address(): number {
    this.#address ??= this.#scope.allocate(this.#arrays * this.bytes);
    return this.#address;
  }
}
