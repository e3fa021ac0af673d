/** Tensors of a contestant in this process: arrays, which can be filled from tiles and compared with tiles. */
import type { ElementType, FloatArray, UpdateContestant, UpdateProblem } from "./peer.ts";

const constructors = { float32: Float32Array, float64: Float64Array };

export const emptyArray = (type: ElementType, length: number): FloatArray =>
  new constructors[type](length);

export const lengthOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Repeats the tile over all arrays, as if they were one. */
export function fillFrom(arrays: readonly FloatArray[], tile: FloatArray): void {
  let offset = 0;
  for (const array of arrays) {
    for (let at = 0; at < array.length; ) {
      const count = Math.min(tile.length - offset, array.length - at);
      array.set(tile.subarray(offset, offset + count), at);
      at += count;
      offset = (offset + count) % tile.length;
    }
  }
}

/** An array for each tensor, with the start values of the problem. */
export function startingArrays({ type, shapes, start }: UpdateProblem): FloatArray[] {
  const arrays = shapes.map((shape) => emptyArray(type, lengthOf(shape)));
  fillFrom(arrays, start);
  return arrays;
}

/** The largest distance of an element from the tile's; NaN if an element is NaN. */
function distanceFrom(arrays: readonly FloatArray[], tile: Float64Array): number {
  let largest = 0;
  let offset = 0;
  for (const array of arrays) {
    for (let i = 0; i < array.length; i++) {
      const distance = Math.abs(array[i]! - tile[offset]!);
      // In this order of arguments, NaN is kept.
      largest = Math.max(distance, largest);
      offset = offset + 1 === tile.length ? 0 : offset + 1;
    }
  }
  return largest;
}

/** The elements floor(k n / count) of the n elements of all arrays. */
export function sampleOf(arrays: readonly FloatArray[], count: number): number[] {
  const total = arrays.reduce((sum, { length }) => sum + length, 0);
  let [index, before] = [0, 0];
  return Array.from({ length: count }, (_, k) => {
    const position = Math.floor((k * total) / count);
    while (position >= before + arrays[index]!.length) {
      before += arrays[index]!.length;
      index += 1;
    }
    return arrays[index]![position - before]!;
  });
}

/** The comparing methods of a contestant whose parameters can be read as arrays. */
export function comparing(
  read: () => readonly FloatArray[],
): Pick<UpdateContestant, "distance" | "sample"> {
  return {
    distance: (expected) => distanceFrom(read(), expected),
    sample: (count) => sampleOf(read(), count),
  };
}

/** The same if reading is asynchronous. */
export function comparingRead(
  read: () => Promise<readonly FloatArray[]>,
): Pick<UpdateContestant, "distance" | "sample"> {
  return {
    distance: async (expected) => distanceFrom(await read(), expected),
    sample: async (count) => sampleOf(await read(), count),
  };
}

/** A copy in which axis i is axis `order[i]` of `shape`, both row-major. */
export function permuted(
  array: Float32Array,
  shape: readonly number[],
  order: readonly number[],
): Float32Array {
  const strides = shape.map((_, axis) => lengthOf(shape.slice(axis + 1)));
  return Float32Array.from(array, (_, index) => {
    let [rest, position] = [index, 0];
    for (const axis of order.toReversed()) {
      position += (rest % shape[axis]!) * strides[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    return array[position]!;
  });
}
