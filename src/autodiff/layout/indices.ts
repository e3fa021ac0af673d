/** Which element of one array stands at each place of another: what slices, transposes, broadcasts and sums over axes are. */
import { check, printShape } from "../errors.ts";
import { printValue } from "../options.ts";
import { type FloatArray, sizeOf } from "../tensor.ts";

/** How many elements lie from one to the next along each dimension of a row-major array. */
export function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
}

/** Of each place of an array of this shape, `start` plus its position along each dimension times that dimension's stride. */
export function indicesOf(
  shape: readonly number[],
  strides: readonly number[],
  start = 0,
): Int32Array {
  const indices = new Int32Array(sizeOf(shape)).fill(start, 0, 1);
  // What is there is repeated for each further position along a dimension, from the last one to the first.
  let filled = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    for (let position = 1; position < shape[axis]!; position++) {
      const at = position * filled;
      for (let i = 0; i < filled; i++) {
        indices[at + i] = indices[i]! + position * strides[axis]!;
      }
    }
    filled *= shape[axis]!;
  }
  return indices;
}

/** Of each place of an array of shape `to`, the element of one of shape `from` that stands for it, as in NumPy. */
export function broadcastIndices(from: readonly number[], to: readonly number[]): Int32Array {
  const own = stridesOf(from).map((stride, axis) => (from[axis] === 1 ? 0 : stride));
  return indicesOf(to, [...Array(to.length - from.length).fill(0), ...own]);
}

/** The shape that arrays of these shapes have in common, as in NumPy: from the last dimension on each is the same, or 1. */
export function broadcastShape(
  operation: string,
  shapes: readonly (readonly number[])[],
): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1);
    const size = sizes.find((each) => each !== 1) ?? 1;
    check(
      sizes.every((each) => each === size || each === 1),
      () => {
        const found = shapes.map(printShape).join(" and ");
        return `${operation}: expected shapes that are the same from their last dimension on, or 1 there, found ${found}`;
      },
    );
    return size;
  });
}

/** A dimension's number, from 0 on, of one that may be counted from the last one, -1. */
export function axisOf(operation: string, axis: unknown, rank: number): number {
  check(Number.isInteger(axis) && (axis as number) >= -rank && (axis as number) < rank, () => {
    return `${operation}: expected an axis from ${-rank} to ${rank - 1}, found ${printValue(axis)}`;
  });
  return (axis as number) < 0 ? (axis as number) + rank : (axis as number);
}

/** Writes to each place of `to` the element of `from` that stands there, times a factor. */
export function gather(from: FloatArray, indices: Int32Array, to: FloatArray, factor = 1): void {
  for (let i = 0; i < indices.length; i++) {
    to[i] = from[indices[i]!]! * factor;
  }
}

/** Writes into each element of `to` the sum of those of `from` that it stands for, times a factor; added up in `sums`. */
export function addUp(
  from: FloatArray,
  indices: Int32Array,
  to: FloatArray,
  sums: Float64Array,
  factor = 1,
): void {
  sums.fill(0);
  for (let i = 0; i < indices.length; i++) {
    sums[indices[i]!]! += from[i]!;
  }
  for (let i = 0; i < to.length; i++) {
    to[i] = sums[i]! * factor;
  }
}

/** The sum of all elements, in float64. */
export function totalOf(from: FloatArray): number {
  let sum = 0;
  for (let i = 0; i < from.length; i++) {
    sum += from[i]!;
  }
  return sum;
}
