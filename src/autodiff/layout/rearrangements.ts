/** The same elements at other places: parts of tensors, dimensions in another order, and tensors behind one another. */
import { check, printShape } from "../errors.ts";
import { printValue } from "../options.ts";
import { type FloatArray, sizeOf, type Tensor } from "../tensor.ts";
import { axisOf, gather, indicesOf, stridesOf } from "./indices.ts";

/** A tensor of some of the elements of another one, each at most once. */
function pick<A extends FloatArray>(
  name: string,
  x: Tensor<A>,
  shape: readonly number[],
  indices: Int32Array,
): Tensor<A> {
  return x.tape.record({
    ...{ name, inputs: [x], shape },
    forward: (output) => gather(x.data, indices, output),
    backward: [
      (gradient: FloatArray, target: FloatArray) => {
        if (indices.length < target.length) {
          target.fill(0);
        }
        for (let i = 0; i < indices.length; i++) {
          target[indices[i]!] = gradient[i]!;
        }
      },
    ],
  });
}

/** A position along a dimension as `Array.prototype.slice` reads it, from 0 to its size. */
function positionOf(what: string, position: unknown, size: number): number {
  check(Number.isInteger(position), () => {
    return `slice: expected ${what} as a whole number, found ${printValue(position)}`;
  });
  const from0 = (position as number) < 0 ? (position as number) + size : (position as number);
  return Math.min(Math.max(from0, 0), size);
}

/**
 * A part of a tensor along one dimension, as `Array.prototype.slice` takes it.
 *
 * @param axis the dimension, from 0 on or from the last one, -1, back
 * @param start the first position; one below 0 counts from the end
 * @param end the position behind the last one, by default the end; one below 0 counts from the end
 * @example
 * const { w } = createTape(optimizer).parameters;
 * slice(w, 1, 0, -1).shape; // [2, 2]: all columns but the last one
 */
export function slice<A extends FloatArray>(
  x: Tensor<A>,
  axis: number,
  start: number,
  end = Infinity,
): Tensor<A> {
  const along = axisOf("slice", axis, x.shape.length);
  const size = x.shape[along]!;
  const from = positionOf("start", start, size);
  const to = end === Infinity ? size : positionOf("end", end, size);
  check(from < to, () => {
    return `slice: expected a part of ${size} positions, found ${start} to ${end}`;
  });
  const shape = x.shape.map((each, i) => (i === along ? to - from : each));
  const strides = stridesOf(x.shape);
  return pick("slice", x, shape, indicesOf(shape, strides, from * strides[along]!));
}

/**
 * A tensor with its dimensions in another order.
 *
 * @param axes which dimension of x each of the result's is; by default all in reverse, which transposes a matrix
 * @example
 * const x = createTape(optimizer).input([32, 16, 4, 8]); // batch, time, heads, n
 * transpose(x, [0, 2, 1, 3]).shape; // [32, 4, 16, 8]: batch, heads, time, n
 */
export function transpose<A extends FloatArray>(
  x: Tensor<A>,
  axes: readonly number[] = x.shape.map((_, axis) => axis).reverse(),
): Tensor<A> {
  const rank = x.shape.length;
  const list = axes.map((axis) => axisOf("transpose", axis, rank));
  check(list.length === rank && new Set(list).size === rank, () => {
    return `transpose: expected each of the ${rank} axes of x ${printShape(x.shape)} once, found ${printShape(axes)}`;
  });
  const strides = stridesOf(x.shape);
  const shape = list.map((axis) => x.shape[axis]!);
  const moved = list.map((axis) => strides[axis]!);
  return pick("transpose", x, shape, indicesOf(shape, moved));
}

/**
 * Tensors behind one another along one dimension; in all others they have the same sizes.
 *
 * @param axis the dimension, from 0 on or from the last one, -1, back; by default 0
 * @example
 * const tape = createTape(optimizer);
 * const [words, positions] = [tape.input([32, 64]), tape.input([32, 16])];
 * concat([words, positions], 1).shape; // [32, 80]
 */
export function concat<A extends FloatArray>(tensors: readonly Tensor<A>[], axis = 0): Tensor<A> {
  check(Array.isArray(tensors) && tensors.length > 0, () => {
    return `concat: expected a list of tensors, found ${printValue(tensors)}`;
  });
  const [first] = tensors as [Tensor<A>];
  const along = axisOf("concat", axis, first.shape.length);
  for (const { shape } of tensors as readonly Tensor<A>[]) {
    const fits = shape.length === first.shape.length;
    check(fits && shape.every((size, i) => i === along || size === first.shape[i]), () => {
      return `concat: expected shapes that differ in dimension ${along} alone, found ${printShape(first.shape)} and ${printShape(shape)}`;
    });
  }
  const total = tensors.reduce((sum, { shape }) => sum + shape[along]!, 0);
  const shape = first.shape.map((size, i) => (i === along ? total : size));
  /** Of the result and of each tensor: elements that lie side by side. */
  const width = sizeOf(shape.slice(along));
  const blocks = sizeOf(shape.slice(0, along));
  let before = 0;
  const places = tensors.map((tensor) => {
    const own = sizeOf(tensor.shape.slice(along));
    const place = { tensor, own, start: before };
    before += own;
    return place;
  });
  return first.tape.record({
    ...{ name: "concat", inputs: tensors, shape },
    forward: (output: FloatArray) => {
      for (const { tensor, own, start } of places) {
        copyBlocks(tensor.data, own, 0, output, width, start, own, blocks);
      }
    },
    backward: places.map(({ own, start }) => (gradient: FloatArray, target: FloatArray) => {
      copyBlocks(gradient, width, start, target, own, 0, own, blocks);
    }),
  });
}

/** Copies `count` elements of each block: from `start` and each `stride` further to the same of another array. */
function copyBlocks(
  from: FloatArray,
  fromStride: number,
  fromStart: number,
  to: FloatArray,
  toStride: number,
  toStart: number,
  count: number,
  blocks: number,
): void {
  for (let block = 0; block < blocks; block++) {
    const source = fromStart + block * fromStride;
    const target = toStart + block * toStride;
    for (let i = 0; i < count; i++) {
      to[target + i] = from[source + i]!;
    }
  }
}

/**
 * x as it is, but no gradient goes back through it.
 *
 * @example
 * const halfKnown = valueAndGradient((x) => sum(mul(x, detach(x))));
 * const { value, gradient } = halfKnown([1, 2]); // 5 and [1, 2]: without detach [2, 4]
 */
export function detach<A extends FloatArray>(x: Tensor<A>): Tensor<A> {
  return x.tape.record({
    ...{ name: "detach", inputs: [x], shape: x.shape },
    forward: (output) => void output.set(x.data),
    backward: [undefined],
  });
}
