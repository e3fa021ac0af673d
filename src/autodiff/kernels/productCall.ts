/** What the kernels of the matrix product are called with, and how they read it. */
import type { FunctionBuilder } from "../../compilers/wasm/assembler/assembler.ts";
import { panelRows } from "./multiplyPanels.ts";

/**
 * The blocks that A and B are packed by: a panel of A and one of B (4 and 16 KiB) stay in the first
 * cache, a block of A (128 KiB) in the second. Half or double of each changed nothing measurable.
 */
export const blockRows = 32 * panelRows;
export const blockDepth = 256;

/**
 * The words of a product's call record, each 32 bits: addresses and strides in bytes, sizes in
 * elements. A's strides are from row to row and along the depth, B's from column to column and along
 * the depth. `panels` takes `depth` times `padded` elements.
 */
export const productRecord = {
  a: 0,
  aRowStride: 1,
  aDepthStride: 2,
  b: 3,
  bColumnStride: 4,
  bDepthStride: 5,
  c: 6,
  cRowStride: 7,
  columns: 8,
  /** Rows of A or columns of B, whichever are packed as a whole, rounded up to whole panels. */
  padded: 9,
  depth: 10,
  /** Not 0 where the product is added to what C holds. */
  accumulate: 11,
  panels: 12,
  rows: 13,
} as const;

export const productRecordWords = Object.keys(productRecord).length;

type Field = keyof typeof productRecord;

/** Where the functions that are called stand in the module. */
export interface Callees {
  readonly multiplyPanels: number;
  readonly packRows: number;
  readonly packPanel: number;
  readonly packPanelsAside: number;
}

export const load = (f: FunctionBuilder, record: number, field: Field): FunctionBuilder =>
  f.get(record).emit("i32.load", productRecord[field] * 4);

/** Emits an address: `base`, plus `count` times what stands in `stride`, for each of the pairs. */
export function emitAddress(
  f: FunctionBuilder,
  record: number,
  base: Field,
  offsets: readonly (readonly [count: number, stride: Field])[],
): void {
  load(f, record, base);
  for (const [count, stride] of offsets) {
    load(f.get(count), record, stride).emit("i32.mul").emit("i32.add");
  }
}

/** Emits the address of the block of the panels that starts at depth `k`. */
export function emitPanels(f: FunctionBuilder, record: number, k: number): void {
  load(f, record, "panels");
  load(f.get(k), record, "padded").emit("i32.mul");
  f.emit("i32.const", 4).emit("i32.mul").emit("i32.add");
}
