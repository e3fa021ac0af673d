/** The interface of backends: what a compiler makes of a program, and how the runtime calls it. */
import type { Kind } from "../rule/graph/kinds.ts";
import type { MatrixEngine } from "../rule/matrices/matrix.ts";
import type { Loop, Program } from "../rule/planning/program.ts";
import { type ElementType, elementBytes, type Storage } from "./storages/storage.ts";

export { type ElementType, elementBytes, plainStorages, type Storage } from "./storages/storage.ts";

/** The memory of the arrays, a `WebAssembly.Memory`. */
export interface KernelMemory {
  /** The current bytes. After the memory has grown, this is another buffer. */
  readonly buffer: ArrayBufferLike;
}

/** A compiled program for one memory. */
export interface Kernel {
  /**
   * Runs one loop over a part of a range.
   * @param pass the loop's index among the program's passes
   * @param call the address of a call record in the memory
   * @param from the part's first element, a multiple of `blockLength`; for a loop by rows its first row
   * @param to the end of the part: the index after its last element or row
   * @param scratch the address of scratch memory, if the kernel needs it
   */
  run(pass: number, call: number, from: number, to: number, scratch?: number): void;
  /** The bytes of scratch memory that each thread needs. Default: none. */
  readonly scratchBytes?: number;
  /** @internal Its functions for other threads that share the memory. */
  readonly shared?: SharedCode;
}

/** Computes a part of some work; `record` is the address of its description, and `scratch` that of the thread's scratch memory. @inline */
export type PartFunction = (from: number, to: number, record: number, scratch: number) => void;

/** Functions that several threads can call, each in its own instance on the same memory. */
export interface SharedCode {
  /** @internal */
  readonly module: WebAssembly.Module;
  /** @internal */
  readonly memory: WebAssembly.Memory;
  /** The names of the functions among the module's exports. */
  readonly names: readonly string[];
  /** The functions of this thread's instance, in the order of the names. */
  readonly functions: readonly PartFunction[];
}

/** Distributes work over several threads. */
export interface Sharing {
  /**
   * Calls a function for all of 0 to `length`, in parts. Returns when all parts are done.
   * @param index the function's index among the shared ones
   * @param grain the size of a part: a multiple of what must not be split
   * @param scratch the address of the caller's scratch memory, followed by that of each worker; by default there is none
   * @param scratchBytes the size of each thread's scratch memory
   * @param record the address of the work's description
   */
  run(
    code: SharedCode,
    index: number,
    record: number,
    length: number,
    grain: number,
    scratch?: number,
    scratchBytes?: number,
  ): void;
}

/** Below this many multiplications of a product, waking a thread costs more than it saves: about 50 microseconds. */
export const leastSharedProduct = 1 << 20;

/** Runs rules: the loops of their programs, and routines on whole matrices. `docs/backends.md` says how to add a backend. */
export interface Backend {
  /** Its name for `optimize` and in errors: `webassembly`. */
  readonly name: string;
  /** Whether it supports storages other than the computation's type. Default false. */
  readonly keeps?: boolean;
  /**
   * Compiles a program's loops for a memory.
   * @param storages the storages of the program's slots, in order; by default all are in the computation's type
   */
  compile(
    program: Program,
    type: ElementType,
    memory: KernelMemory,
    storages?: readonly Storage[],
  ): Kernel;
  /**
   * Makes the engine for routines on whole matrices.
   * @param sharing distributes long work over threads, if there are any
   */
  matrices(type: ElementType, sharing?: Sharing): MatrixEngine;
}

/**
 * A call record: 32-bit words with the addresses of a range's arrays.
 *
 * | word | content |
 * |---|---|
 * | 0 | address of the values, one element each, in the order of `program.values` |
 * | 1 | address of the partial results, float64 each; the first is that of the range's first block or row |
 * | 2 | bytes from one reduction's partial results to the next one's |
 * | 3 | number of elements in a row, for loops by rows |
 * | 4 | elements from the tensor's start to the range's start, for loops that draw random numbers |
 * | 5, 6 | the key of the random numbers |
 * | 7 + i | address of slot i |
 *
 * Arrays start at multiples of 64 bytes, and their size is padded to one. Kernels read and write the padding,
 * and loops by rows read up to 64 bytes after it.
 */
export const callRecord = {
  /** Word of the address of the block of values. */
  values: 0,
  /** Word of the address of the partial results. */
  partials: 1,
  /** Word of the bytes from one reduction's partial results to the next one's. */
  stride: 2,
  /** Word of the number of elements in a row. */
  width: 3,
  /** Word of the first element's number in the tensor, which random numbers depend on. */
  start: 4,
  /** First word of the key of random numbers. */
  key0: 5,
  /** Second word of the key of random numbers. */
  key1: 6,
  /** Word of the first slot's address; the others follow. */
  slots: 7,
} as const;

/** Float64 elements are multiplied or divided by this if the sum of their squares is out of range. */
export const normScale = 2 ** 600;

/** Sums of squares below these may have lost small squares to underflow. An infinite sum has overflowed. */
export const leastSquares: Readonly<Record<ElementType, number>> = {
  float32: 2 ** -70,
  float64: 2 ** -900,
};

/** The number of elements that a reduction combines to one partial result. */
export const blockLength = 1024;

/** The number of partial results of a loop over so many elements, or so many rows for a loop by rows. */
export function partialsOf({ byRows }: Pick<Loop, "byRows">, length: number): number {
  return byRows ? length : Math.ceil(length / blockLength);
}

/** Bytes of a partial result. */
export const partialBytes = 8;

/** The bytes that one turn of a kernel's loop works on. Blocks are reduced in as many lanes as this has elements. */
export const chunkBytes = 64;

/** The number of 64 KiB pages in 4 GiB, which is what 32-bit addresses reach. A shared memory must declare it. */
export const maximumPages = 65_536;

/**
 * The number of lanes of a block's sum: element i is added to lane i modulo this.
 *
 * @example
 * lanes("float32"); // 16: a sum has so many partial sums
 * lanes("float64"); // 8
 */
export function lanes(type: ElementType): number {
  return chunkBytes / elementBytes[type];
}

/** How a loop reads a slot: along with its elements, or broadcast from a row or a column. */
export type Access = "elements" | "row" | "column";

/**
 * How a loop over kind `loop` reads a slot of kind `slot`.
 *
 * @example
 * accessOf("element", "element"); // "elements"
 * accessOf("element", "row"); // "row": each element reads that of its column
 * accessOf("element", "column"); // "column"
 */
export function accessOf(loop: Kind, slot: Kind): Access {
  if (loop === slot) {
    return "elements";
  }
  return slot === "row" ? "row" : "column";
}
