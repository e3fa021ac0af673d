/** Arrays that live elsewhere, brought to the kernels block by block. */
import { type ElementType, elementBytes } from "../compilers/compiler.ts";
import { type FloatArray, type Memory, type MemoryScope, paddedBytes } from "./memory.ts";

/**
 * Bytes that are staged at a time: whole blocks of a reduction in either type. Longer blocks take less
 * time a byte, since each copy begins slowly after a kernel (Adam on 1M parameters and gradients, all
 * foreign: 1.20 ms at 384 KiB, 1.40 at 128). Past this one little is gained, and two buffers of it
 * keep an optimizer within 1 MB of its state.
 */
export const stagedBytes = 384 * 1024;

/** The room that an optimizer may come to need. */
export interface Room {
  /** Bytes of an array's rows, of those that are gathered at a time. */
  readonly gathered: number;
  /** Of which rows are gathered at a time, at most. */
  readonly arrays: number;
  /** All bytes of it. */
  readonly bytes: number;
}

/** Elements that are staged at a time. */
export const stagedLength = (type: ElementType): number => stagedBytes / elementBytes[type];

/** A caller's array, cut into blocks once, so that no step allocates views. */
export class ForeignArray {
  readonly source: FloatArray;
  readonly blocks: readonly FloatArray[];

  /** @param type of the parameter that it belongs to */
  constructor(source: FloatArray, type: ElementType) {
    const length = stagedLength(type);
    const count = Math.ceil(source.length / length);
    this.source = source;
    this.blocks =
      count <= 1
        ? [source]
        : Array.from({ length: count }, (_, index) =>
            source.subarray(index * length, (index + 1) * length),
          );
  }
}

/** A buffer in kernels' memory that holds one block of either type. */
export class StagingBuffer {
  readonly address: number;
  readonly #memory: Memory;
  /** By number of elements, so that no step allocates views. */
  readonly #views: Readonly<Record<ElementType, Map<number, FloatArray>>> = {
    float32: new Map(),
    float64: new Map(),
  };

  constructor(scope: MemoryScope, { gathered }: Room) {
    this.#memory = scope.memory;
    this.address = scope.allocate(Math.min(stagedBytes, gathered));
  }

  fill(type: ElementType, block: ArrayLike<number>): void {
    this.#view(type, block.length).set(block);
  }

  copyTo(type: ElementType, block: FloatArray): void {
    block.set(this.#view(type, block.length));
  }

  #view(type: ElementType, length: number): FloatArray {
    let view = this.#views[type].get(length);
    if (view === undefined) {
      view = this.#memory.view(type, this.address, length);
      this.#views[type].set(length, view);
    }
    return view;
  }
}

/** Bytes that an array's rows take which are gathered at a time: of one row, however long it is. */
export const gatheredBytes = (rowBytes: number): number =>
  paddedBytes(Math.max(stagedBytes, rowBytes));

/** Room in kernels' memory for rows of several arrays, which all programs of a memory use in turn. */
export class GatherRoom {
  /** Of the rows of one array. */
  readonly bytes: number;
  readonly #scope: MemoryScope;
  readonly #arrays: number;
  #address: number | undefined;

  constructor(scope: MemoryScope, { gathered, arrays }: Room) {
    this.#scope = scope;
    this.bytes = gathered;
    this.#arrays = arrays;
  }

  get address(): number {
    this.#address ??= this.#scope.allocate(this.#arrays * this.bytes);
    return this.#address;
  }
}
