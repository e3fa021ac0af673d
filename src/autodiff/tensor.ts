/** What a tape is made of: tensors, and the operations that connect them. */
import type { ElementType } from "../compilers/backend.ts";
import type { FloatArray, Memory } from "../runtime/memory/memory.ts";
import type { Kernels } from "./kernels/index.ts";
import type { MatrixProduct } from "./products/matrixProduct.ts";
import type { RunRanges } from "./products/ranges.ts";

export type { FloatArray } from "../runtime/memory/memory.ts";

/** What an operation finds on the tape that its inputs belong to. */
export interface Recorder<A extends FloatArray = Float32Array> {
  /** What all tensors of the tape are in. */
  readonly type: ElementType;
  /** Where they are. */
  readonly memory: Memory;
  /** The kernels on the parameters' memory, for arrays of the tape's type. */
  readonly kernels: Kernels;
  /** The matrix product in the parameters' memory. */
  readonly product: MatrixProduct;
  /** Runs those kernels that threads can share. */
  readonly runRanges: RunRanges;
  /** What random numbers depend on, besides `step`. */
  readonly seed: number;
  /** How many times gradients have been computed. */
  readonly step: number;
  /**
   * Zeroed memory that lives as long as the tape.
   * @param size in elements
   */
  buffer(size: number): A;
  /** Adds an operation; this is what `relu(x)` and the like call. */
  record(operation: Operation<A>): Tensor<A>;
}

/** Whatever has a shape. */
export interface Shaped {
  /** The length of each dimension; empty for a single number. */
  readonly shape: readonly number[];
}

/** An array with a shape, row-major, in the memory of the parameters: of float32, or of the tape's type. */
export interface Tensor<A extends FloatArray = Float32Array> extends Shaped {
  /** The tape that it belongs to. */
  readonly tape: Recorder<A>;
  /** Its elements: an input's are the caller's to fill, a result's are those of the last pass. */
  readonly data: A;
}

/** Writes the gradient of an input into `target`, given `gradient`, that of the operation's result. Both are of the loss. */
export type Derivative<A extends FloatArray = Float32Array> = (gradient: A, target: A) => void;

/**
 * Adds the gradient of a few rows of an input to `target`, and reports each row before it adds to
 * it; all other rows are left alone.
 */
export interface RowDerivative<A extends FloatArray = Float32Array> {
  /** Takes `gradient`, that of the result, adds to `target`, that of the input, and calls `touch` with each row before it adds to it. */
  readonly addRows: (gradient: A, target: A, touch: (row: number) => void) => void;
}

/** An operation as `Tape.record` takes it. */
export interface Operation<A extends FloatArray = Float32Array> {
  /** As errors call it. */
  readonly name: string;
  /** The tensors that it reads. */
  readonly inputs: readonly Tensor<A>[];
  /** The shape of its result. */
  readonly shape: readonly number[];
  /**
   * Computes the result into `output`. `training` is false in `Tape.forward`: then no gradient is going to be
   * asked for, and dropout does nothing.
   */
  readonly forward: (output: A, training: boolean) => void;
  /** One for each input, in order; undefined where the operation has no derivative. */
  readonly backward: readonly (Derivative<A> | RowDerivative<A> | undefined)[];
}

/** The number of elements of a shape. */
export const sizeOf = (shape: readonly number[]): number =>
  shape.reduce((product, size) => product * size, 1);

/** A shape's last dimension, and how many vectors of that length it holds. */
export function asRows(shape: readonly number[]): { rows: number; columns: number } {
  const columns = shape.at(-1) ?? 1;
  return { rows: columns === 0 ? 0 : sizeOf(shape) / columns, columns };
}
