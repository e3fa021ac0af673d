/** Sparse gradients: only some rows are given, such as an embedding's. */
import { type ElementType, elementBytes } from "../../compilers/backend.ts";
import { isArray } from "../../tag.ts";
import { type RowGradient, sparseMark } from "../binding/callRecord.ts";
import { heightOf, type Tensor } from "../binding/tensor.ts";
import { GradientError } from "../errors.ts";
import type { FloatArray } from "../memory/memory.ts";
import { GatheredLoops } from "./gathered.ts";

/** The rows of a gradient that are not zero. */
export class SparseGradient {
  /** Numbers of the rows, from 0. */
  readonly rows: ArrayLike<number>;
  /** The rows one after another, row-major. */
  readonly values: ArrayLike<number>;
  /** @internal */
  readonly [sparseMark] = true;

  /** @internal Made by `sparse`. */
  constructor(rows: ArrayLike<number>, values: ArrayLike<number>) {
    this.rows = rows;
    this.values = values;
  }

  /** @internal @throws {GradientError} if rows or values do not fit the parameter */
  check(tensor: Tensor): void {
    checkSparse(tensor, this);
  }

  /** @internal */
  gather(tensor: Tensor): RowGradient {
    return new GatheredRows(tensor, this);
  }
}

/**
 * A gradient that is zero except for some rows, such as the gradient of an embedding for the words of a batch. A step reads and
 * writes only these rows of the parameter and its state. All other rows stay as they are, with their state, as in PyTorch's
 * SparseAdam. A dense step with zeros would decay them. Reductions are over the given rows only.
 *
 * @param rows the numbers of the rows (first dimension), in any order. If a row is given twice, its values are added
 * @param values the rows, one after another
 * @example optimizer.step({ embedding: sparse([3, 17], [1, 2, 3, 4]), w: [1, 2, 3, 4, 5, 6] })
 */
export function sparse(rows: ArrayLike<number>, values: ArrayLike<number>): SparseGradient {
  return new SparseGradient(rows, values);
}

function checkSparse(tensor: Tensor, { rows, values }: SparseGradient): void {
  const { name, shape, length } = tensor;
  if (shape.length === 0 || !isArray(rows) || !isArray(values)) {
    throw new GradientError(
      `the gradient of \`${name}\`: sparse(rows, values) takes two lists of numbers, for a parameter with rows`,
    );
  }
  const height = heightOf(tensor);
  const width = height > 0 ? length / height : 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    if (!(Number.isInteger(row) && row >= 0 && row < height)) {
      throw new GradientError(
        `the gradient of \`${name}\` has a row ${row} at position ${i}; its rows are 0 to ${height - 1}`,
      );
    }
  }
  if (values.length !== rows.length * width) {
    throw new GradientError(
      `the gradient of \`${name}\` has ${values.length} values; ${rows.length} rows of ${width} take ${rows.length * width}`,
    );
  }
}

/** A sparse gradient with each row once, in ascending order, rounded to the parameter's type. */
export class GatheredRows implements RowGradient {
  readonly rows: Int32Array;
  readonly values: FloatArray;
  readonly width: number;
  /** The class that runs loops over the rows. It is referenced from here, so bundles without sparse gradients do not contain it. */
  readonly Loops = GatheredLoops;

  constructor(tensor: Tensor, { rows, values }: SparseGradient) {
    const height = heightOf(tensor);
    const width = height > 0 ? tensor.length / height : 0;
    const unique = Int32Array.from(new Set(Array.from(rows))).sort();
    const place = new Map(Array.from(unique, (row, index) => [row, index]));
    const sums = arrayOf(tensor.type, unique.length * width);
    // Rounded before they are added, so that opposite values add up to 0.
    const rounded = arrayOf(tensor.type, values.length);
    rounded.set(values);
    for (let i = 0; i < rows.length; i++) {
      const to = place.get(rows[i]!)! * width;
      for (let j = 0; j < width; j++) {
        sums[to + j]! += rounded[i * width + j]!;
      }
    }
    this.rows = unique;
    this.values = sums;
    this.width = width;
  }

  elementAt(index: number): number {
    return this.rows[Math.floor(index / this.width)]! * this.width + (index % this.width);
  }
}

function arrayOf(type: ElementType, length: number): FloatArray {
  return elementBytes[type] === 4 ? new Float32Array(length) : new Float64Array(length);
}
