/** What a tape is made of: tensors, and the operations that connect them. */
import type { Kernels } from "./kernels/index.ts";
import type { MatrixProduct } from "./products/matrixProduct.ts";
import type { RunRanges } from "./products/ranges.ts";

/** What an operation finds on the tape that its inputs belong to. */
export interface Recorder {
  /** The kernels on the parameters' memory. */
  readonly kernels: Kernels;
  /** The matrix product in the parameters' memory. */
  readonly product: MatrixProduct;
  /** Runs those kernels that threads can share. */
  readonly runRanges: RunRanges;
  /** What random numbers depend on, besides `step`. */
  readonly seed: number;
  /** How many times gradients have been computed. */
  readonly step: number;
  /** Zeroed memory that lives as long as the tape. */
  buffer(size: number): Float32Array;
  /** Adds an operation; this is what `relu(x)` and the like call. */
  record(operation: Operation): Tensor;
}

/** A float32 array with a shape, row-major, in the memory of the parameters. */
export interface Tensor {
  /** The tape that it belongs to. */
  readonly tape: Recorder;
  readonly shape: readonly number[];
  /** Its elements: an input's are the caller's to fill, a result's are those of the last pass. */
  readonly data: Float32Array;
}

/** Writes the gradient of an input into `target`, given that of the operation's result. */
export type Derivative = (gradient: Float32Array, target: Float32Array) => void;

/**
 * Adds the gradient of a few rows of an input to `target`, and reports each row before it adds to
 * it; all other rows are left alone.
 */
export interface RowDerivative {
  readonly addRows: (
    gradient: Float32Array,
    target: Float32Array,
    touch: (row: number) => void,
  ) => void;
}

/** An operation as `Tape.record` takes it. */
export interface Operation {
  /** As errors call it. */
  readonly name: string;
  readonly inputs: readonly Tensor[];
  readonly shape: readonly number[];
  /**
   * Computes the result. `training` is false in `Tape.forward`: then no gradient is going to be
   * asked for, and dropout does nothing.
   */
  readonly forward: (output: Float32Array, training: boolean) => void;
  /** One for each input, in order; undefined where the operation has no derivative. */
  readonly backward: readonly (Derivative | RowDerivative | undefined)[];
}

/** The number of elements of a shape. */
export const sizeOf = (shape: readonly number[]): number =>
  shape.reduce((product, size) => product * size, 1);

/** A shape's last dimension, and how many vectors of that length it holds. */
export function asRows(shape: readonly number[]): { rows: number; columns: number } {
  const columns = shape.at(-1) ?? 1;
  return { rows: columns === 0 ? 0 : sizeOf(shape) / columns, columns };
}
