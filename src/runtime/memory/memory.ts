/**
 * The memory that parameters, gradients and optimizer state share, so that kernels reach all of
 * them directly.
 */

import { chunkBytes, type ElementType, maximumPages } from "../../compilers/backend.ts";
import { bytesTo, type Storage, type StoredElements } from "../../compilers/storages/storage.ts";
import { Legible } from "../../legible.ts";
import { tagOf } from "../../tag.ts";
import { FreeRanges } from "./freeRanges.ts";

export { type ElementType, maximumPages };

const pageBytes = 65_536;

/** Every allocation starts at a multiple of this and is padded to one: a kernel's whole chunk. */
export const alignment = chunkBytes;

/**
 * Thrown when no more memory can be had; nothing has been written.
 *
 * @example
 * try {
 *   parameters({ w: [40_000, 40_000] }); // 6.4 GB
 * } catch (error) {
 *   error instanceof OutOfMemoryError; // true: a memory of WebAssembly has 4 GiB
 * }
 */
export class OutOfMemoryError extends Legible {
  override readonly name = "OutOfMemoryError";
}

/** Numbers, in either type. */
export type FloatArray = Float32Array | Float64Array;

export type { StoredElements } from "../../compilers/storages/storage.ts";

/** The type of an array's elements, in whichever realm it was made; undefined of what is no such array. */
export function typeOf(array: FloatArray): ElementType;
export function typeOf(value: unknown): ElementType | undefined;
export function typeOf(value: unknown): ElementType | undefined {
  const tag = tagOf(value);
  return tag === "Float32Array" ? "float32" : tag === "Float64Array" ? "float64" : undefined;
}

const roundUp = (value: number, multiple: number): number => Math.ceil(value / multiple) * multiple;

/** Bytes that an array takes with its padding. */
export const paddedBytes = (bytes: number): number => roundUp(Math.max(bytes, 1), alignment);

function growingMemory(): WebAssembly.Memory | undefined {
  try {
    return new WebAssembly.Memory({ initial: 1, maximum: maximumPages, shared: true });
  } catch {
    return undefined;
  }
}

function fixedMemory(reserve: number): WebAssembly.Memory {
  const pages = Math.min(Math.ceil(reserve / pageBytes), maximumPages);
  try {
    // Where there is no WebAssembly, the JavaScript backend needs no more of a memory than its bytes.
    return globalThis.WebAssembly
      ? new WebAssembly.Memory({ initial: pages })
      : ({ buffer: new ArrayBuffer(pages * pageBytes) } as WebAssembly.Memory);
  } catch {
    throw new OutOfMemoryError(`${pages * pageBytes} bytes of memory are not available`);
  }
}

/**
 * The memory that parameters, gradients and state live in: one block of WebAssembly's memory, with an allocator.
 *
 * A growing memory is a shared `WebAssembly.Memory`: growing that keeps every view on it valid and
 * lets threads see it. A page that must do without shared memory gets the reserve instead. A fixed
 * memory is not shared, because engines copy to and from shared memory at half the speed.
 */
export class Memory {
  /** @internal A project without the types of a page does not know its type. */
  readonly wasm: WebAssembly.Memory;
  /** Whether it can grow, and threads see it. */
  readonly shared: boolean;
  /** @internal Bytes that its optimizers may come to need: of a memory that cannot grow there must be as many. */
  promised = 0;
  /** The end of everything ever allocated; address 0 stays unused. */
  #end = alignment;
  #allocated = 0;
  readonly #free = new FreeRanges();
  readonly #sizes = new Map<number, number>();

  /** @param reserve bytes that it can hold if it cannot grow; pages that are not used cost nothing */
  constructor(kind: "growing" | "fixed" = "growing", reserve = 64 * 1024 * 1024) {
    const growing = kind === "growing" ? growingMemory() : undefined;
    this.wasm = growing ?? fixedMemory(reserve);
    this.shared = growing !== undefined;
  }

  /** Bytes in use. */
  get allocated(): number {
    return this.#allocated;
  }

  /**
   * Reserves zeroed bytes and returns their address, a multiple of 64.
   * @param bytes how many, 0 or more; rounded up to a multiple of 64
   */
  allocate(bytes: number): number {
    const size = paddedBytes(bytes);
    let address = this.#free.take(size);
    if (address === undefined) {
      address = this.#end;
      // Loops by rows read up to 64 bytes behind an array.
      this.#reach(address + size + alignment);
      this.#end = address + size;
    } else {
      new Uint8Array(this.wasm.buffer, address, size).fill(0);
    }
    this.#sizes.set(address, size);
    this.#allocated += size;
    return address;
  }

  /**
   * Gives an allocation back; freeing what is not allocated does nothing.
   * @param address what `allocate` returned
   */
  release(address: number): void {
    const bytes = this.#sizes.get(address);
    if (bytes !== undefined) {
      this.#sizes.delete(address);
      this.#allocated -= bytes;
      this.#free.add(address, bytes);
    }
  }

  /** A view of `length` elements of a `type` from `address` on, in bytes. */
  view(type: "float32", address: number, length: number): Float32Array;
  view(type: "float64", address: number, length: number): Float64Array;
  view(type: ElementType, address: number, length: number): FloatArray;
  view(type: ElementType, address: number, length: number): FloatArray {
    return type === "float32"
      ? new Float32Array(this.wasm.buffer, address, length)
      : new Float64Array(this.wasm.buffer, address, length);
  }

  /** A view of `length` elements, as they are kept, from `address` on: of blocks, of their bytes. */
  stored(storage: Storage, address: number, length: number): StoredElements {
    const count = storage.blocks ? bytesTo(storage, length) : length;
    return new storage.Elements(this.wasm.buffer, address, count);
  }

  #reach(end: number): void {
    const missing = end - this.wasm.buffer.byteLength;
    if (missing <= 0) {
      return;
    }
    if (!this.shared) {
      // Growing would detach the arrays that the caller already holds.
      throw new OutOfMemoryError(
        `${end} bytes are needed, but this memory was made for ${this.wasm.buffer.byteLength} and ` +
          "it cannot grow. If it is parameters()' own, serve the page with cross-origin isolation " +
          "(COOP same-origin, COEP require-corp).",
      );
    }
    try {
      // All code that runs on it hears of each growth: there are to be few.
      const most = maximumPages - this.wasm.buffer.byteLength / pageBytes;
      this.wasm.grow(Math.max(Math.ceil(missing / pageBytes), Math.min(16, most)));
    } catch {
      throw new OutOfMemoryError(
        `${missing} more bytes of memory are not available; ${this.#end} are in use, ` +
          `${maximumPages * pageBytes} can be addressed.`,
      );
    }
  }
}

/** Allocations that are given back together. */
export class MemoryScope {
  readonly memory: Memory;
  readonly #addresses: number[] = [];

  constructor(memory: Memory) {
    this.memory = memory;
  }

  /** @see Memory.allocate */
  allocate(bytes: number): number {
    const address = this.memory.allocate(bytes);
    this.#addresses.push(address);
    return address;
  }

  dispose(): void {
    for (const address of this.#addresses.splice(0)) {
      this.memory.release(address);
    }
  }
}

export function disposeAll(scopes: Iterable<MemoryScope>): void {
  for (const scope of scopes) {
    scope.dispose();
  }
}

// By view, not by buffer: a part of one of our arrays is not padded, so it counts as foreign.
const memories = new WeakMap<StoredElements, Memory>();

/** Remembers that an array is a whole allocation of a memory, padding included. */
export function adopt<A extends StoredElements>(memory: Memory, array: A): A {
  memories.set(array, memory);
  return array;
}

/** The memory that an array was made in, if it is one of ours and whole. */
export function memoryOf(array: StoredElements): Memory | undefined {
  return memories.get(array);
}
