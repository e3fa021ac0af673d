/** Products of matrices in the parameters' memory: C = A B, each operand transposed or not. */
import type { FloatArray, Memory } from "../../runtime/memory/memory.ts";
import { blockColumns, columnsScratchBytes } from "../kernels/multiplyColumns.ts";
import { panelColumns, panelRows } from "../kernels/multiplyPanels.ts";
import { rowsScratchBytes } from "../kernels/multiplyRows.ts";
import {
  blockDepth,
  blockRows,
  productRecord,
  productRecordWords,
} from "../kernels/productCall.ts";
import type { RunRanges } from "./ranges.ts";

/** Columns of B that are packed at once. */
const maxColumns = 64 * panelColumns;
/** Elements of an operand that are packed at once, 4 MiB: all of it in most networks. */
const maxElements = maxColumns * 4 * blockDepth;
/** Rows of A up to which it is A that is packed as a whole: a block of it stays in the second cache. */
const fewRows = blockRows;

/** The sizes of a product of a matrix [rows, depth] with a matrix [depth, columns]. */
export interface ProductShape {
  /** Rows of A and of the result. */
  readonly rows: number;
  /** Columns of A, rows of B. */
  readonly depth: number;
  /** Columns of B and of the result. */
  readonly columns: number;
  /** Whether A is stored as [depth, rows]. */
  readonly transposeA?: boolean;
  /** Whether B is stored as [columns, depth]. */
  readonly transposeB?: boolean;
  /** Whether the product is added to what C holds. */
  readonly accumulate?: boolean;
}

/**
 * Writes the product of `a` and `b`, row-major, into `c`, which overlaps neither.
 *
 * Sums over the depth are taken in the arrays' type, in order; of float32 a block of 256 at a time; with fused
 * multiply-adds where engine and processor have them.
 */
export type MatrixProduct = (
  a: FloatArray,
  b: FloatArray,
  c: FloatArray,
  shape: ProductShape,
) => void;

const roundUp = (value: number, multiple: number): number => Math.ceil(value / multiple) * multiple;

const records = new WeakMap<Memory, Int32Array>();

/** The record of the products in a memory, with room for panels (4 MiB), allocated once. */
function recordIn(memory: Memory): Int32Array {
  let record = records.get(memory);
  if (record === undefined) {
    const address = memory.allocate(productRecordWords * 4);
    record = new Int32Array(memory.wasm.buffer, address, productRecordWords);
    record[productRecord.panels] = memory.allocate(maxElements * 4);
    records.set(memory, record);
  }
  return record;
}

/** @param runRanges runs the kernels of the product */
export function createMatrixProduct(memory: Memory, runRanges: RunRanges): MatrixProduct {
  const record = recordIn(memory);
  const address = record.byteOffset;

  return (a, b, c, shape) => {
    const { rows, depth, columns, accumulate = false } = shape;
    const aDepthStride = shape.transposeA ? rows * 4 : 4;
    const bColumnStride = shape.transposeB ? depth * 4 : 4;
    const bDepthStride = shape.transposeB ? 4 : columns * 4;
    record[productRecord.aRowStride] = shape.transposeA ? 4 : depth * 4;
    record[productRecord.aDepthStride] = aDepthStride;
    record[productRecord.bColumnStride] = bColumnStride;
    record[productRecord.bDepthStride] = bDepthStride;
    record[productRecord.cRowStride] = columns * 4;
    record[productRecord.rows] = rows;
    if (depth === 0 && !accumulate) {
      c.fill(0);
    }
    const few = rows <= fewRows && rows <= columns;
    const maxWidth = few ? columns : maxColumns;
    for (let j = 0; j < columns; j += maxWidth) {
      const width = Math.min(maxWidth, columns - j);
      const padded = few ? roundUp(rows, panelRows) : roundUp(width, panelColumns);
      const maxDepth = Math.floor(maxElements / padded / blockDepth) * blockDepth;
      record[productRecord.c] = c.byteOffset + j * 4;
      record[productRecord.columns] = width;
      record[productRecord.padded] = padded;
      for (let k = 0; k < depth; k += maxDepth) {
        record[productRecord.a] = a.byteOffset + k * aDepthStride;
        record[productRecord.b] = b.byteOffset + j * bColumnStride + k * bDepthStride;
        const thickness = Math.min(maxDepth, depth - k);
        record[productRecord.depth] = thickness;
        record[productRecord.accumulate] = accumulate || k > 0 ? 1 : 0;
        const work = rows * width * thickness;
        // A copied element takes as long as some multiplications.
        if (few) {
          runRanges("packA", rows, panelRows, address, 0, 4 * rows * thickness);
          runRanges("multiplyColumns", width, blockColumns, address, columnsScratchBytes, work);
        } else {
          runRanges("packB", width, panelColumns, address, 0, 4 * width * thickness);
          runRanges("multiplyRows", rows, panelRows, address, rowsScratchBytes, work);
        }
      }
    }
  };
}
