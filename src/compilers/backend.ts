/** What a compiler makes of a program, and how the runtime calls it. */
import type { Kind } from "../rule/graph/kinds.ts";
import type { MatrixEngine } from "../rule/matrices/matrix.ts";
import type { Loop, Program } from "../rule/planning/program.ts";
import { type ElementType, elementBytes, type Storage } from "./storages/storage.ts";

export { type ElementType, elementBytes, plainStorages, type Storage } from "./storages/storage.ts";

/** What the arrays are in, a `WebAssembly.Memory`: it has another buffer once it has grown. */
export interface KernelMemory {
  /** The bytes as they are now; another buffer once the memory has grown. */
  readonly buffer: ArrayBufferLike;
}

/** A program that runs on one memory. */
export interface Kernel {
  /**
   * Runs one loop over a part of a range.
   * @param pass index into the program's passes, of a loop
   * @param call address of a call record in the memory
   * @param from the part's first element, a multiple of `blockLength`; of a loop by rows its first row
   * @param to behind its last element or row
   * @param scratch where it may write as it works, if it needs that
   */
  run(pass: number, call: number, from: number, to: number, scratch?: number): void;
  /** Bytes of scratch memory that each thread needs. Default: none. */
  readonly scratchBytes?: number;
  /** @internal What other threads can run it from, where they share the memory. */
  readonly shared?: SharedCode;
}

/** Computes a part of something; `record` says what, and `scratch` is where the thread may write as it works. @inline */
export type PartFunction = (from: number, to: number, record: number, scratch: number) => void;

/** Functions that several threads can call, each in an instance of its own on one memory. */
export interface SharedCode {
  /** @internal */
  readonly module: WebAssembly.Module;
  /** @internal */
  readonly memory: WebAssembly.Memory;
  /** The names of the functions, as the module exports them. */
  readonly names: readonly string[];
  /** Those of this thread's instance, in the order of the names. */
  readonly functions: readonly PartFunction[];
}

/** Does jobs on several threads. */
export interface Sharing {
  /**
   * Calls a function on all of 0 to `length`, in parts; returns when all are done.
   * @param index of the function, among those that are shared
   * @param grain how much makes a part: a multiple of what may not be parted
   * @param scratch where the caller may write as it works, and behind it each worker; by default nowhere
   * @param scratchBytes that each of them has
   * @param record the address of what the function is told of its work
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

/** Multiplications of a product below which waking a thread costs more than it does: some 50 microseconds. */
export const leastSharedProduct = 1 << 20;

/** What runs rules: the loops of their programs, and routines of whole matrices. `docs/backends.md` says how to add another. */
export interface Backend {
  /** As `optimize` and errors call it: `webassembly`. */
  readonly name: string;
  /** Whether it keeps slots otherwise than in the type, as `storages` say. Default false. */
  readonly keeps?: boolean;
  /**
   * Makes what runs a program's loops on a memory.
   * @param storages how the program's slots are kept, in their order; by default in the type
   */
  compile(
    program: Program,
    type: ElementType,
    memory: KernelMemory,
    storages?: readonly Storage[],
  ): Kernel;
  /**
   * Makes what computes with whole matrices.
   * @param sharing shares long work among threads, where there are some
   */
  matrices(type: ElementType, sharing?: Sharing): MatrixEngine;
}

/**
 * A call record: 32-bit words that say where a range's arrays are.
 *
 * | word | content |
 * |---|---|
 * | 0 | address of the values, one element each, in the order of `program.values` |
 * | 1 | address of the partial results, float64 each; the first is the range's first block's or row's |
 * | 2 | bytes from one reduction's partial results to the next one's |
 * | 3 | number of elements in a row, for loops by rows |
 * | 4 | elements from the tensor's start to the range's, for loops that draw random numbers |
 * | 5, 6 | the key of their draws |
 * | 7 + i | address of slot i |
 *
 * Arrays start at multiples of 64 bytes and are padded to one. Kernels read and write the padding,
 * and loops by rows read up to 64 bytes behind it.
 */
export const callRecord = {
  /** Word of the address of the block of values. */
  values: 0,
  /** Word of the address of the partial results. */
  partials: 1,
  /** Word of the bytes from one reduction's partial results to the next one's. */
  stride: 2,
  /** Word of the elements of a row. */
  width: 3,
  /** Word of the first element's number, from which draws are counted. */
  start: 4,
  /** First word of the key of draws. */
  key0: 5,
  /** Second word of the key of draws. */
  key1: 6,
  /** Word of the first slot's address; the others follow. */
  slots: 7,
} as const;

/** By what elements of float64 are multiplied, or divided, where the sum of their squares is not within its range. */
export const normScale = 2 ** 600;

/** Sums of squares below these may have lost some to rounding; those that are infinite have lost all. */
export const leastSquares: Readonly<Record<ElementType, number>> = {
  float32: 2 ** -70,
  float64: 2 ** -900,
};

/** Elements that a reduction adds up to one partial result. */
export const blockLength = 1024;

/** The number of partial results that a loop leaves of so many elements, or rows of a loop by rows. */
export function partialsOf({ byRows }: Pick<Loop, "byRows">, length: number): number {
  return byRows ? length : Math.ceil(length / blockLength);
}

/** Bytes of a partial result. */
export const partialBytes = 8;

/** Bytes that one turn of a kernel's loop works on; also how many lanes a block is added up in. */
export const chunkBytes = 64;

/** Pages of 64 KiB that 32-bit addresses reach: 4 GiB. A shared memory must declare it. */
export const maximumPages = 65_536;

/**
 * Lanes of a block's sum: element i is added to lane i modulo this.
 *
 * @example
 * lanes("float32"); // 16: a sum has so many partial sums
 * lanes("float64"); // 8
 */
export function lanes(type: ElementType): number {
  return chunkBytes / elementBytes[type];
}

/** What a loop does with a slot of this kind: walk with its elements, or broadcast it. */
export type Access = "elements" | "row" | "column";

/**
 * How a loop over `loop` reads a slot of kind `slot`.
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
