/** The memory that parameters, gradients and optimizer state share, so that kernels use all of them without copies. */

import { chunkBytes, type ElementType, maximumPages } from "../../compilers/backend.ts";
import { bytesTo, type Storage, type StoredElements } from "../../compilers/storages/storage.ts";
import { Legible } from "../../legible.ts";
import { tagOf } from "../../tag.ts";
import { FreeRanges } from "./freeRanges.ts";

export { type ElementType, maximumPages };

const pageBytes = 65_536;

/** Every allocation starts at a multiple of this number of bytes, and is padded to one: the size of a kernel's whole chunk. */
export const alignment = chunkBytes;

/**
 * Thrown if there is no more memory; nothing was written.
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

/** An array of numbers, in either type. */
export type FloatArray = Float32Array | Float64Array;

export type { StoredElements } from "../../compilers/storages/storage.ts";

/** The type of an array's elements, from whichever realm; undefined if it is not such an array. */
export function typeOf(array: FloatArray): ElementType;
export function typeOf(value: unknown): ElementType | undefined;
export function typeOf(value: unknown): ElementType | undefined {
  const tag = tagOf(value);
  return tag === "Float32Array" ? "float32" : tag === "Float64Array" ? "float64" : undefined;
}

const roundUp = (value: number, multiple: number): number => Math.ceil(value / multiple) * multiple;

/** Bytes of an array with its padding. */
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
    // Without WebAssembly, the JavaScript backend needs only the bytes of a memory.
    return globalThis.WebAssembly
      ? new WebAssembly.Memory({ initial: pages })
      : ({ buffer: new ArrayBuffer(pages * pageBytes) } as WebAssembly.Memory);
  } catch {
    throw new OutOfMemoryError(`${pages * pageBytes} bytes of memory are not available`);
  }
}

/**
 * The memory of parameters, gradients and state: a block of WebAssembly's memory, with an allocator.
 *
 * A growing memory is a shared `WebAssembly.Memory`: growing it keeps all views valid, and threads see it. On a page without shared
 * memory, it gets the reserve instead and cannot grow. A fixed memory is not shared, because engines copy to and from shared memory
 * at half the speed.
 */
export class Memory {
  /** @internal A project without the types of a page does not know its type. */
  readonly wasm: WebAssembly.Memory;
  /** Whether it can grow, and threads can use it. */
  readonly shared: boolean;
  /** @internal Bytes that its optimizers may need. A memory that cannot grow must have them free. */
  promised = 0;
  /** The end of all allocations so far. Address 0 stays unused. */
  #end = alignment;
  #allocated = 0;
  readonly #free = new FreeRanges();
  readonly #sizes = new Map<number, number>();

  /** @param reserve the bytes that it can hold if it cannot grow; unused pages cost nothing */
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
   * Reserves zeroed bytes.
   * @param bytes the number of bytes, 0 or more; rounded up to a multiple of 64
   * @returns their address, a multiple of 64
   */
  allocate(bytes: number): number {
    const size = paddedBytes(bytes);
    let address = this.#free.take(size);
    if (address === undefined) {
      address = this.#end;
      // Loops by rows read up to 64 bytes past the end of an array.
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
   * Frees an allocation. An address that is not allocated is ignored.
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

  /** A view of `length` elements of a `type`. It begins at `address`, in bytes. */
  view(type: "float32", address: number, length: number): Float32Array;
  view(type: "float64", address: number, length: number): Float64Array;
  view(type: ElementType, address: number, length: number): FloatArray;
  view(type: ElementType, address: number, length: number): FloatArray {
    return type === "float32"
      ? new Float32Array(this.wasm.buffer, address, length)
      : new Float64Array(this.wasm.buffer, address, length);
  }

  /** A view of `length` elements in a storage. It begins at `address`, in bytes. If the storage has blocks, the elements are bytes. */
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
      // Each growth notifies all code that runs on the memory, so there should be few.
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

/** Allocations that are freed together. */
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

/** Registers an array as a whole allocation of a memory, with its padding. */
export function adopt<A extends StoredElements>(memory: Memory, array: A): A {
  memories.set(array, memory);
  return array;
}

/** The memory of an array, if it is a whole array that the library made. */
export function memoryOf(array: StoredElements): Memory | undefined {
  return memories.get(array);
}
