/** Products of matrices in the parameters' memory: C = A B, each operand transposed or not. */
import type { Memory } from "../runtime/memory.ts";
import { kernelsFor } from "./kernels/index.ts";
import { tileBytes, tileColumns, tileRows } from "./kernels/multiplyPanels.ts";

/**
 * The blocks that A and B are packed by: a panel of A and one of B (4 and 8 KiB) stay in the first
 * cache, a block of A (128 KiB) in the second. Half or double of each changed nothing measurable.
 */
const blockRows = 32 * tileRows;
const blockDepth = 256;
const blockColumns = 128 * tileColumns;

/** The sizes of a product of a matrix [rows, depth] with a matrix [depth, columns]. */
export interface ProductShape {
  readonly rows: number;
  readonly depth: number;
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
 * Sums over the depth are taken in float32, in order, a block of 256 at a time.
 */
export type MatrixProduct = (
  a: Float32Array,
  b: Float32Array,
  c: Float32Array,
  shape: ProductShape,
) => void;

function createMatrixProduct(memory: Memory): MatrixProduct {
  const kernels = kernelsFor(memory);
  const panelsA = memory.allocate(blockRows * blockDepth * 4);
  const panelsB = memory.allocate(blockDepth * blockColumns * 4);
  const scratch = memory.allocate(tileBytes);
  return (a, b, c, shape) => {
    const { rows, depth, columns, accumulate = false } = shape;
    const rowStride = shape.transposeA ? 4 : depth * 4;
    const aDepthStride = shape.transposeA ? rows * 4 : 4;
    const columnStride = shape.transposeB ? depth * 4 : 4;
    const bDepthStride = shape.transposeB ? 4 : columns * 4;
    if (depth === 0 && !accumulate) {
      c.fill(0);
    }
    for (let j = 0; j < columns; j += blockColumns) {
      const width = Math.min(blockColumns, columns - j);
      for (let k = 0; k < depth; k += blockDepth) {
        const thickness = Math.min(blockDepth, depth - k);
        const fromB = b.byteOffset + j * columnStride + k * bDepthStride;
        kernels.packColumns(fromB, columnStride, bDepthStride, width, thickness, panelsB);
        for (let i = 0; i < rows; i += blockRows) {
          const height = Math.min(blockRows, rows - i);
          const fromA = a.byteOffset + i * rowStride + k * aDepthStride;
          kernels.packRows(fromA, rowStride, aDepthStride, height, thickness, panelsA);
          kernels.multiplyPanels(
            height,
            width,
            thickness,
            panelsA,
            panelsB,
            c.byteOffset + (i * columns + j) * 4,
            columns * 4,
            accumulate || k > 0 ? 1 : 0,
            scratch,
          );
        }
      }
    }
  };
}

const products = new WeakMap<Memory, MatrixProduct>();

/** The product in this memory; its buffers (1.2 MiB) are allocated once and stay. */
export function matrixProductIn(memory: Memory): MatrixProduct {
  let product = products.get(memory);
  if (product === undefined) {
    product = createMatrixProduct(memory);
    products.set(memory, product);
  }
  return product;
}
