/** Working memory in float64, for routines to which the engine's scratch would not be precise enough. */
import type { Matrix } from "./matrix.ts";

const kept: Float64Array[] = [];

/** A working array with arbitrary contents. It grows to the largest length that was asked for. */
export function workspace(use: 0 | 1, length: number): Float64Array {
  const has = kept[use];
  if (has !== undefined && has.length >= length) {
    return has;
  }
  return (kept[use] = new Float64Array(length));
}

/**
 * Copies a square matrix, times a power of two that brings its largest element into [1, 2), so that no square
 * overflows. Returns that power; 1 if all elements are zero, NaN if one is not finite.
 */
export function copyScaled(to: Float64Array, { rows, cols, data }: Matrix): number {
  const count = rows * cols;
  let largest = 0;
  for (let i = 0; i < count; i++) {
    const size = Math.abs(data[i]!);
    if (!(size < Infinity)) {
      return NaN;
    }
    largest = Math.max(largest, size);
  }
  let scale = 1;
  while (largest * scale >= 2) {
    scale /= 2;
  }
  // Only the smallest subnormals stay below 1.
  while (largest > 0 && largest * scale < 1 && scale < 2 ** 1000) {
    scale *= 2;
  }
  for (let i = 0; i < count; i++) {
    to[i] = data[i]! * scale;
  }
  return scale;
}
