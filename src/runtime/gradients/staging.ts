/** Parameters that live elsewhere, brought to the kernels block by block. */
import { type ElementType, elementBytes } from "../../compilers/backend.ts";
import type { Tensor } from "../binding/tensor.ts";
import { type MemoryScope, paddedBytes, type StoredElements } from "../memory/memory.ts";

/**
 * Bytes that are staged at a time: whole blocks of a reduction in either type. Longer blocks take less
 * time a byte, since each copy begins slowly after a kernel (Adam on 1M parameters and gradients, all
 * foreign: 1.20 ms at 384 KiB, 1.40 at 128, on an Intel processor; on an AMD the same). Past this one little is gained,
 * and two buffers of it keep an optimizer within 1 MB of its state.
 */
export const stagedBytes = 384 * 1024;

/** Bytes up to which small arrays are staged together: a call of a kernel is nothing to a loop over these, and copies stay in the nearest caches. */
export const joinedBytes = 64 * 1024;

/** The memory that an optimizer may come to need. */
export interface MemoryNeeds {
  /** Bytes of what is staged at a time. */
  readonly staged: number;
  /** Bytes of an array's rows, of those that are gathered at a time. */
  readonly gathered: number;
  /** Of which rows are gathered at a time, at most. */
  readonly arrays: number;
  /** All bytes of it. */
  readonly bytes: number;
}

/** Elements that are staged at a time. */
export const stagedLength = (type: ElementType): number => stagedBytes / elementBytes[type];

/** Bytes that a buffer keeps away from a page's start. */
const aside = 1024;

/**
 * Room for a block. Large arrays begin a few bytes behind a page's start; where what is copied to, or from, begins there as well, some
 * processors take ten times as long.
 * @returns its address
 */
export function bufferIn(scope: MemoryScope, { staged }: MemoryNeeds): number {
  const address = scope.allocate(staged + aside);
  return address + (address % 4096 < aside ? aside : 0);
}

/** All or some of a caller's array, and where in each buffer it passes through. */
interface Piece {
  readonly array: StoredElements;
  readonly views: readonly StoredElements[];
  /** What lies behind it, up to the next one. */
  readonly gaps: readonly StoredElements[];
}

/** What passes through a buffer at once. */
export type Block = readonly Piece[];

/**
 * Cuts arrays into blocks: once, so that no step allocates views.
 * @param tensors one, or several that are one block
 * @param buffers all of each
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

/** Bytes that an array's rows take which are gathered at a time: of one row, however long it is. */
export const gatheredBytes = (rowBytes: number): number =>
  paddedBytes(Math.max(stagedBytes, rowBytes));

/** Room in kernels' memory for rows of several arrays, which all programs of a memory use in turn. */
export class GatherScratch {
  /** Of the rows of one array. */
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
