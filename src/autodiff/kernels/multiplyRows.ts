/**
 * The outer loops of the matrix product. Both functions work on a range, so that threads may share a
 * product: first all columns of B are packed, then each range of C's rows is computed by itself.
 */
import { FunctionBuilder, type FunctionSource } from "../../compilers/wasm/assembler.ts";
import { addTo, countUpTo, setRemaining } from "./loops.ts";
import { panelRows } from "./multiplyPanels.ts";
import { tileBytes } from "./tile.ts";

/**
 * The blocks that A and B are packed by: a panel of A and one of B (4 and 16 KiB) stay in the first
 * cache, a block of A (128 KiB) in the second. Half or double of each changed nothing measurable.
 */
const blockRows = 32 * panelRows;
export const blockDepth = 256;

const panelBytesA = blockRows * blockDepth * 4;

/** Bytes that each thread needs for itself: a packed block of A, and a tile at C's border. */
export const scratchBytes = panelBytesA + tileBytes;

/**
 * The words of a product's call record, each 32 bits: addresses and strides in bytes, sizes in
 * elements. A's strides are from row to row and along the depth, B's from column to column and along
 * the depth. `panels` takes `depth` times `paddedColumns` elements.
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
  /** `columns` rounded up to whole panels. */
  paddedColumns: 9,
  depth: 10,
  /** Not 0 where the product is added to what C holds. */
  accumulate: 11,
  panels: 12,
} as const;

export const productRecordWords = Object.keys(productRecord).length;

type Field = keyof typeof productRecord;

/** Where the functions that are called stand in the module. */
export interface Callees {
  readonly multiplyPanels: number;
  readonly packRows: number;
  readonly packPanel: number;
}

const load = (f: FunctionBuilder, record: number, field: Field): FunctionBuilder =>
  f.get(record).emit("i32.load", productRecord[field] * 4);

/** Emits an address: `base`, plus `count` times what stands in `stride`, for each of the pairs. */
function emitAddress(
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

/** Emits the address of the block of B's panels that starts at depth `k`. */
function emitPanels(f: FunctionBuilder, record: number, k: number): void {
  load(f, record, "panels");
  load(f.get(k), record, "paddedColumns").emit("i32.mul");
  f.emit("i32.const", 4).emit("i32.mul").emit("i32.add");
}

/**
 * `packPanels(start, end, record, scratch)` packs the columns of B from `start`, a multiple of the
 * panels' width, to below `end`, a block of the depth at a time. It needs no scratch, and has the
 * parameter so that all that runs on ranges is called alike.
 */
export function packPanels(callees: Callees): FunctionSource {
  const f = new FunctionBuilder("packPanels", ["i32", "i32", "i32", "i32"]);
  const [start, end, record] = [0, 1, 2] as const;
  const [k, depth, thickness] = [f.local("i32"), f.local("i32"), f.local("i32")];
  load(f, record, "depth").set(depth);
  countUpTo(f, k, depth, blockDepth, () => {
    setRemaining(f, thickness, depth, k, blockDepth);
    emitAddress(f, record, "b", [
      [start, "bColumnStride"],
      [k, "bDepthStride"],
    ]);
    load(f, record, "bColumnStride");
    load(f, record, "bDepthStride");
    f.get(end).get(start).emit("i32.sub").get(thickness);
    emitPanels(f, record, k);
    f.get(start).get(thickness).emit("i32.mul").emit("i32.const", 4).emit("i32.mul");
    f.emit("i32.add").emit("call", callees.packPanel);
  });
  return f.build();
}

/**
 * `multiplyRows(start, end, record, scratch)` computes C's rows from `start`, a multiple of `panelRows`, to
 * below `end` from the packed B; `scratch` is the address of `scratchBytes` bytes that nobody else uses meanwhile.
 */
export function multiplyRows(callees: Callees): FunctionSource {
  const f = new FunctionBuilder("multiplyRows", ["i32", "i32", "i32", "i32"]);
  const [start, end, record, scratch] = [0, 1, 2, 3] as const;
  const [i, k, height] = [f.local("i32"), f.local("i32"), f.local("i32")];
  const [depth, thickness, border] = [f.local("i32"), f.local("i32"), f.local("i32")];
  load(f, record, "depth").set(depth);
  f.emit("i32.const", panelBytesA).set(border);
  addTo(f, border, scratch);
  countUpTo(f, k, depth, blockDepth, () => {
    setRemaining(f, thickness, depth, k, blockDepth);
    f.get(start).set(i);
    countUpTo(f, i, end, blockRows, () => {
      setRemaining(f, height, end, i, blockRows);
      emitAddress(f, record, "a", [
        [i, "aRowStride"],
        [k, "aDepthStride"],
      ]);
      load(f, record, "aRowStride");
      load(f, record, "aDepthStride");
      f.get(height).get(thickness).get(scratch).emit("call", callees.packRows);
      load(f.get(height), record, "columns").get(thickness).get(scratch);
      emitPanels(f, record, k);
      emitAddress(f, record, "c", [[i, "cRowStride"]]);
      load(f, record, "cRowStride");
      // Only the first block of the depth may overwrite.
      load(f, record, "accumulate").get(k).emit("i32.add");
      f.get(border).emit("call", callees.multiplyPanels);
    });
  });
  return f.build();
}
