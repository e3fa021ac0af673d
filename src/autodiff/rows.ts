/** One vector for all rows of a matrix: biases and their gradients. */
import { check, printShape } from "./errors.ts";
import type { Kernels } from "./kernels/index.ts";
import type { Tensor } from "./tensor.ts";

/** Throws unless the bias, if there is one, is a vector of the given length. */
export function checkBias(operation: string, bias: Tensor | undefined, length: number): void {
  check(bias === undefined || (bias.shape.length === 1 && bias.shape[0] === length), () => {
    return `${operation}: expected bias [${length}], found ${printShape(bias?.shape ?? [])}`;
  });
}

/** Writes the vector into each row of the matrix. */
export function fillRows(kernels: Kernels, vector: Float32Array, matrix: Float32Array): void {
  const bytes = vector.byteLength;
  for (let offset = 0; offset < matrix.byteLength; offset += bytes) {
    kernels.copy(matrix.byteOffset + offset, vector.byteOffset, bytes);
  }
}

/** Writes the sum of the matrix's rows into the vector. */
export function sumRows(kernels: Kernels, matrix: Float32Array, vector: Float32Array): void {
  const bytes = vector.byteLength;
  vector.fill(0);
  for (let offset = 0; offset < matrix.byteLength; offset += bytes) {
    kernels.axpy(vector.length, matrix.byteOffset + offset, vector.byteOffset, 1);
  }
}
