/** One vector for all rows of a matrix: biases and their gradients. */
import { check, printShape } from "../errors.ts";
import type { Kernels } from "../kernels/index.ts";
import { printValue } from "../options.ts";
import type { FloatArray, Shaped } from "../tensor.ts";

/** Throws unless the bias, if there is one, is a vector of the given length. */
export function checkBias(operation: string, bias: Shaped | undefined, length: number): void {
  if (bias === undefined) {
    return;
  }
  // Options in its place are easily written, and would go unread.
  const shape = (bias as Shaped | null)?.shape;
  check(Array.isArray(shape) && shape.length === 1 && shape[0] === length, () => {
    const found = Array.isArray(shape) ? printShape(shape) : printValue(bias);
    return `${operation}: expected bias [${length}], found ${found}`;
  });
}

/** Writes the vector into each row of the matrix. */
export function fillRows(kernels: Kernels, vector: FloatArray, matrix: FloatArray): void {
  const start = matrix.byteOffset;
  const end = matrix.byteLength;
  let filled = Math.min(vector.byteLength, end);
  kernels.copy(start, vector.byteOffset, filled);
  // What is there is copied behind itself: a call for each doubling, not for each row.
  while (filled < end) {
    const bytes = Math.min(filled, end - filled);
    kernels.copy(start + filled, start, bytes);
    filled += bytes;
  }
}

/** Rows that are added up before their sum is added to the others': errors grow with the larger. */
const rowsAtOnce = 256;

/** Writes the sum of the matrix's rows into the vector. */
export function sumRows(kernels: Kernels, matrix: FloatArray, vector: FloatArray): void {
  const columns = vector.length;
  const rows = columns === 0 ? 0 : matrix.length / columns;
  vector.fill(0);
  for (let row = 0; row < rows; row += rowsAtOnce) {
    const here = Math.min(rowsAtOnce, rows - row);
    const from = matrix.byteOffset + row * vector.byteLength;
    kernels.addRows(here, columns, from, vector.byteOffset);
  }
}
