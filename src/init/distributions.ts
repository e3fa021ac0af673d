/** Parameters that are filled with one number, or with independent draws. */
import { BindingError, checkOptions } from "../runtime/errors.ts";
import type { Initializer } from "../runtime/parameters.ts";
import { checkNumbers, type Draws, drawn, filled, write } from "./initializer.ts";

/**
 * All elements 0: biases. A matrix of zeros learns nothing where another stands before or behind it.
 * @param shape the length of each dimension, such as `[784, 10]`; empty for a single number
 * @example
 * parameters({ b: zeros([10]) }).b.data.length; // 10
 */
export const zeros = (shape: readonly number[]): Initializer => filled("zeros", shape, 0);

/**
 * All elements 1: gains of a normalization.
 * @param shape the length of each dimension, such as `[784, 10]`; empty for a single number
 * @example
 * parameters({ gain: ones([2]) }).gain.data; // [1, 1]
 */
export const ones = (shape: readonly number[]): Initializer => filled("ones", shape, 1);

/** Options of {@link uniform}. */
export interface UniformOptions {
  /** By default 0. */
  readonly low?: number;
  /** By default 1. */
  readonly high?: number;
}

/**
 * Uniform draws from `low` to `high`.
 * @param shape the length of each dimension, such as `[784, 10]`
 * @example
 * parameters({ w: uniform([784, 10], { low: -0.1, high: 0.1 }) }, { seed: 1 })
 */
export function uniform(shape: readonly number[], options: UniformOptions = {}): Initializer {
  checkOptions("uniform", options, ["low", "high"]);
  const { low = 0, high = 1 } = options;
  checkNumbers("uniform", { low, high });
  if (low > high) {
    throw new BindingError(`uniform: low must be at most high, not ${low} and ${high}`);
  }
  return drawn("uniform", shape, (parameter, draws) => {
    write(parameter, (i) => low + (high - low) * draws.uniform(i));
  });
}

/** Options of {@link normal} and {@link truncatedNormal}. */
export interface NormalOptions {
  /** By default 0. */
  readonly mean?: number;
  /** The standard deviation of what is drawn; by default 1. */
  readonly std?: number;
}

function readNormal(where: string, options: NormalOptions): Required<NormalOptions> {
  checkOptions(where, options, ["mean", "std"]);
  const { mean = 0, std = 1 } = options;
  checkNumbers(where, { mean, std });
  if (std < 0) {
    throw new BindingError(`${where}: std must be a number, 0 or more, not ${std}`);
  }
  return { mean, std };
}

/**
 * Draws from the normal distribution.
 * @param shape the length of each dimension, such as `[784, 10]`
 * @example
 * parameters({ w: normal([784, 10], { std: 0.02 }) }, { seed: 1 })
 */
export function normal(shape: readonly number[], options: NormalOptions = {}): Initializer {
  const { mean, std } = readNormal("normal", options);
  return drawn("normal", shape, (parameter, draws) => {
    write(parameter, (i) => mean + std * draws.normal(i));
  });
}

/** The standard deviation of the standard normal distribution between -2 and 2. */
const truncatedDeviation = 0.8796256610342398;

/** A draw between -2 and 2, of standard deviation 1: those outside are drawn again. */
export function truncated({ normal }: Draws, element: number): number {
  let value = normal(element);
  for (let attempt = 1; Math.abs(value) > 2; attempt++) {
    value = normal(element, attempt);
  }
  return value / truncatedDeviation;
}

/**
 * Draws from a normal distribution without its tails beyond two of its standard deviations. `std` is the standard deviation of
 * what is left, as in `variance_scaling` of JAX and `VarianceScaling` of Keras; PyTorch's `trunc_normal_`, JAX's and Keras's own truncated
 * normal take that of the whole distribution, so that what they draw has 0.88 of it.
 * @param shape the length of each dimension, such as `[784, 10]`
 * @example
 * parameters({ w: truncatedNormal([784, 10], { std: 0.02 }) }, { seed: 1 })
 */
export function truncatedNormal(
  shape: readonly number[],
  options: NormalOptions = {},
): Initializer {
  const { mean, std } = readNormal("truncatedNormal", options);
  return drawn("truncatedNormal", shape, (parameter, draws) => {
    write(parameter, (i) => mean + std * truncated(draws, i));
  });
}

/**
 * Rows of an embedding: normal draws.
 *
 * @param shape [rows, columns]
 * @param options `std`, by default 1 / sqrt(columns), so that a row's length is about 1, as in Flax (PyTorch has 1)
 * @example
 * const { table } = parameters({ table: embedding([1000, 16]) }, { seed: 1 });
 * const rows = Math.hypot(...table.data) / Math.sqrt(1000);
 * rows.toFixed(1); // "1.0": how long they are on average
 */
export function embedding(shape: readonly number[], options: NormalOptions = {}): Initializer {
  return normal(shape, { std: 1 / Math.sqrt(Math.max(1, shape.at(-1) ?? 1)), ...options });
}
