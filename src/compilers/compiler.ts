/** What a compiler makes of a program, and how the runtime calls it. */
import type { Kind } from "../rule/kinds.ts";
import type { Program } from "../rule/program.ts";

export type ElementType = "float32" | "float64";

/** A program that runs on one memory. */
export interface Kernel {
  /**
   * Runs one loop over a range of one tensor's elements.
   * @param pass index into the program's passes, of a loop
   * @param call address of a call record in the memory
   */
  run(pass: number, call: number): void;
}

/** A backend: what runs the loops of a rule. */
export interface Compiler {
  readonly name: "webassembly" | "javascript";
  /** @internal */
  compile(program: Program, type: ElementType, memory: WebAssembly.Memory): Kernel;
}

/**
 * A call record: 32-bit words that say where a range's arrays are.
 *
 * | word | content |
 * |---|---|
 * | 0 | number of elements |
 * | 1 | address of the values, one element each, in the order of `program.values` |
 * | 2 | address of the partial results, float64 each; the first is the range's first block's or row's |
 * | 3 | bytes from one reduction's partial results to the next one's |
 * | 4 | number of elements in a row, for loops by rows |
 * | 5 | bytes from the tensor's start to the range's, for loops that draw random numbers |
 * | 6, 7 | the key of their draws |
 * | 8 + i | address of slot i |
 *
 * Arrays start at multiples of 64 bytes and are padded to one. Kernels read and write the padding,
 * and loops by rows read up to 64 bytes behind it.
 */
export const callRecord = {
  count: 0,
  values: 1,
  partials: 2,
  stride: 3,
  width: 4,
  start: 5,
  key0: 6,
  key1: 7,
  slots: 8,
} as const;

/** Elements that a reduction adds up to one partial result. */
export const blockLength = 1024;

/** Bytes that one turn of a kernel's loop works on; also how many lanes a block is added up in. */
export const chunkBytes = 64;

export const elementBytes: Readonly<Record<ElementType, 4 | 8>> = { float32: 4, float64: 8 };

/** Pages of 64 KiB that 32-bit addresses reach: 4 GiB. A shared memory must declare it. */
export const maximumPages = 65_536;

/** Lanes of a block's sum: element i is added to lane i modulo this. */
export function lanes(type: ElementType): number {
  return chunkBytes / elementBytes[type];
}

/** What a loop does with a slot of this kind: walk with its elements, or broadcast it. */
export type Access = "elements" | "row" | "column";

/** How a loop over `loop` reads a slot of kind `slot`. */
export function accessOf(loop: Kind, slot: Kind): Access {
  if (loop === slot) {
    return "elements";
  }
  return slot === "row" ? "row" : "column";
}
