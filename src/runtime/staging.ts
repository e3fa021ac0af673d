/** Arrays that live elsewhere, brought to the kernels block by block. */
import { type ElementType, elementBytes } from "../compilers/compiler.ts";
import type { FloatArray, Memory, MemoryScope } from "./memory.ts";

/** Elements that are staged at a time: a few arrays of them fit the second-level cache. */
export const stagedLength = 16384;

/** A caller's array, cut into blocks once, so that no step allocates views. */
export class ForeignArray {
  readonly source: FloatArray;
  readonly blocks: readonly FloatArray[];

  constructor(source: FloatArray) {
    this.source = source;
    const count = Math.ceil(source.length / stagedLength);
    this.blocks =
      count <= 1
        ? [source]
        : Array.from({ length: count }, (_, index) =>
            source.subarray(index * stagedLength, (index + 1) * stagedLength),
          );
  }
}

/** A buffer in kernels' memory that holds one block. */
export class StagingBuffer {
  readonly address: number;
  readonly #whole: FloatArray;
  readonly #memory: Memory;
  readonly #type: ElementType;
  /** Its beginning in each length that was copied back, so that no step allocates views. */
  readonly #parts = new Map<number, FloatArray>();

  constructor(scope: MemoryScope, type: ElementType) {
    this.#memory = scope.memory;
    this.#type = type;
    this.address = scope.allocate(stagedLength * elementBytes[type]);
    this.#whole = scope.memory.view(type, this.address, stagedLength);
    this.#parts.set(stagedLength, this.#whole);
  }

  fill(block: ArrayLike<number>): void {
    this.#whole.set(block);
  }

  /** Copies as many elements back as the block has. */
  copyTo(block: FloatArray): void {
    let part = this.#parts.get(block.length);
    if (part === undefined) {
      part = this.#memory.view(this.#type, this.address, block.length);
      this.#parts.set(block.length, part);
    }
    block.set(part);
  }
}
