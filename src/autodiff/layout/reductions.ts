/** Sums and means over dimensions. */
import { check } from "../errors.ts";
import { checkOptions, checkSwitch, printValue } from "../options.ts";
import { type FloatArray, sizeOf, type Tensor } from "../tensor.ts";
import { addUp, axisOf, broadcastIndices, gather, totalOf } from "./indices.ts";

/** Options of {@link sum} and {@link mean}. */
export interface ReductionOptions {
  /** The dimensions to add up, from 0 on or from the last one, -1, back; by default all. */
  readonly axes?: number | readonly number[];
  /** Whether a dimension that is added up stays, with size 1; by default false. */
  readonly keepDims?: boolean;
}

function reduce<A extends FloatArray>(
  name: "sum" | "mean",
  x: Tensor<A>,
  options: ReductionOptions,
): Tensor<A> {
  checkOptions(name, options, ["axes", "keepDims"]);
  const rank = x.shape.length;
  const { axes = x.shape.map((_, axis) => axis), keepDims = false } = options;
  checkSwitch(name, "keepDims", keepDims);
  const list = (typeof axes === "number" ? [axes] : axes).map((axis) => axisOf(name, axis, rank));
  check(new Set(list).size === list.length, () => {
    return `${name}: expected each axis once, found ${printValue(axes)}`;
  });
  const kept = x.shape.map((size, axis) => (list.includes(axis) ? 1 : size));
  const shape = keepDims ? kept : x.shape.filter((_, axis) => !list.includes(axis));
  const size = sizeOf(shape);
  const factor = name === "sum" ? 1 : size / x.data.length;
  if (size === 1) {
    return x.tape.record({
      ...{ name, inputs: [x], shape },
      forward: (output: FloatArray) => void (output[0] = totalOf(x.data) * factor),
      backward: [(gradient, target) => void target.fill(gradient[0]! * factor)],
    });
  }
  const indices = broadcastIndices(kept, x.shape);
  const sums = new Float64Array(size);
  return x.tape.record({
    ...{ name, inputs: [x], shape },
    forward: (output) => addUp(x.data, indices, output, sums, factor),
    backward: [(gradient, target) => gather(gradient, indices, target, factor)],
  });
}

/**
 * The sum of all elements, or over some dimensions, in float64 until it is stored.
 *
 * @example
 * const { w } = createTape(optimizer).parameters;
 * sum(w, { axes: 0 }).shape; // [3]
 */
export function sum<A extends FloatArray>(x: Tensor<A>, options: ReductionOptions = {}): Tensor<A> {
  return reduce("sum", x, options);
}

/**
 * The mean of all elements, or over some dimensions, in float64 until it is stored.
 *
 * @example
 * const images = createTape(optimizer).input([32, 7, 7, 16]);
 * mean(images, { axes: [1, 2], keepDims: true }).shape; // [32, 1, 1, 16]
 */
export function mean<A extends FloatArray>(
  x: Tensor<A>,
  options: ReductionOptions = {},
): Tensor<A> {
  return reduce("mean", x, options);
}
