/** Products of matrices in float64. */
import type { Memory } from "../../runtime/memory/memory.ts";
import type { Kernels } from "../kernels/index.ts";
import type { FloatArray } from "../tensor.ts";
import type { MatrixProduct } from "./matrixProduct.ts";

/** Columns from which on a row is added by a kernel, whose call costs as much as some multiplications. */
const fewColumns = 12;

/** Where B is, when it is stored transposed: [columns, depth] as [depth, columns]. */
interface Room {
  array: Float64Array;
}

const rooms = /* @__PURE__ */ new WeakMap<Memory, Room>();

function roomIn(memory: Memory, size: number): Float64Array {
  const room = rooms.get(memory) ?? { array: new Float64Array(0) };
  rooms.set(memory, room);
  if (room.array.length < size) {
    memory.release(room.array.byteOffset);
    room.array = memory.view("float64", memory.allocate(size * 8), size);
  }
  return room.array;
}

/** Each element is summed over the depth in order. */
export function float64Product(memory: Memory, { axpy }: Kernels): MatrixProduct {
  return (a, b, c, shape) => {
    const { rows, depth, columns, transposeA = false, transposeB = false } = shape;
    if (!shape.accumulate) {
      c.fill(0);
    }
    const [rowStride, depthStride] = transposeA ? [1, rows] : [depth, 1];
    if (columns < fewColumns) {
      const [bDepth, bColumn] = transposeB ? [1, depth] : [columns, 1];
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) {
          let sum = c[i * columns + j]!;
          for (let k = 0; k < depth; k++) {
            sum += a[i * rowStride + k * depthStride]! * b[k * bDepth + j * bColumn]!;
          }
          c[i * columns + j] = sum;
        }
      }
      return;
    }
    const rowsOfB = transposeB ? transposed(b, columns, depth, roomIn(memory, b.length)) : b;
    for (let i = 0; i < rows; i++) {
      const target = c.byteOffset + i * columns * 8;
      for (let k = 0; k < depth; k++) {
        const factor = a[i * rowStride + k * depthStride]!;
        axpy(columns, rowsOfB.byteOffset + k * columns * 8, target, factor);
      }
    }
  };
}

function transposed(b: FloatArray, columns: number, depth: number, to: Float64Array): FloatArray {
  for (let j = 0; j < columns; j++) {
    for (let k = 0; k < depth; k++) {
      to[k * columns + j] = b[j * depth + k]!;
    }
  }
  return to;
}
