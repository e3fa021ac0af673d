/** Whole matrices, for the routines of the language that no loop over elements can say. */
import type { Kind } from "../kinds.ts";

/** A matrix in row-major order. */
export interface Matrix {
  readonly rows: number;
  readonly cols: number;
  readonly data: Float32Array | Float64Array;
}

/** What routines are made of: the one product that backends make fast, and room to work in. */
export interface MatrixEngine {
  /**
   * out = a b. Each element is the sum of its products in ascending order from 0, each product and
   * each sum rounded to the matrices' type. `out` is neither `a` nor `b`.
   */
  multiply(out: Matrix, a: Matrix, b: Matrix): void;
  /** A matrix of this type to work in, with whatever was last left there under this number. */
  scratch(use: number, rows: number, cols: number): Matrix;
}

/** A function of whole matrices. */
export interface Routine {
  readonly name: string;
  /** The names of its operands for messages: first the matrices, then the numbers. */
  readonly matrices: readonly string[];
  readonly numbers: readonly string[];
  /** The kind of its result; undefined where the operands' kinds do not fit. */
  readonly kindOf: (...kinds: readonly Kind[]) => Kind | undefined;
  /** `out` has the result's shape and is none of the operands. */
  readonly run: (
    engine: MatrixEngine,
    out: Matrix,
    matrices: readonly Matrix[],
    numbers: readonly number[],
  ) => void;
}
