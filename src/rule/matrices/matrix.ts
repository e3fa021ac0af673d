/** Whole matrices, for the routines that cannot be written as loops over elements. */
import type { Kind } from "../graph/kinds.ts";

/** The size of a matrix. */
export interface Shape {
  /** The number of rows. */
  readonly rows: number;
  /** The number of columns. */
  readonly cols: number;
}

/** A matrix in row-major order, in memory that the host can read. */
export interface Matrix extends Shape {
  /** `rows * cols` elements. */
  readonly data: Float32Array | Float64Array;
}

/** A product's factor, and a matrix to add to the product: `alpha * product + beta * matrix`. */
export interface Addend<M, N> {
  /** The factor of the product. Default 1. */
  readonly alpha?: N;
  /** The matrix to add, of the product's shape. */
  readonly matrix: M;
  /** The factor of that matrix. */
  readonly beta: N;
}

/**
 * The operations that routines use. The CPU's engines execute them at once. A GPU's engine records them, and executes them
 * at each step.
 * @typeParam M its matrices
 * @typeParam N its numbers, which a GPU's engine knows only at the step
 */
export interface MatrixEngine<M extends Shape = Matrix, N = number> {
  /** A temporary `rows` × `cols` matrix. It contains what was last left there under the number `use`. */
  scratch(use: number, rows: number, cols: number): M;
  /**
   * `out = a b`, or `alpha a b + beta matrix` with an addend. On the CPU each element of `a b` is the sum of its products in
   * ascending order from 0, each product and each sum rounded to the matrices' type. `out` must not be an operand.
   */
  multiply(out: M, a: M, b: M, addend?: Addend<M, N>): void;
  /**
   * `out = a b` as by `multiply`, for a product and an addend that are exactly symmetric, such as x x^T, or the square of a
   * symmetric matrix. Where it pays, half of it is computed and the rest copied.
   */
  multiplySymmetric(out: M, a: M, b: M, addend?: Addend<M, N>): void;
  /** The transpose of `x`, valid until `x` or `room` change. It may be written into `room`, which has as many elements. */
  transposed(x: M, room: M): M;
  /** Writes the transpose of `x` into `out`. */
  transpose(out: M, x: M): void;
  /** `out = x / (norm + eps)`, with the Frobenius norm of `x`. */
  normalize(out: M, x: M, eps: N): void;
  /** Writes into `out` the point nearest to `x`, taken as one vector, whose elements are not negative and add up to `total`. */
  projectOntoSimplex(out: M, x: M, total: N): void;
  /**
   * A number of the rule, if the host knows it.
   * @param number as routines get it
   * @param name for the error
   */
  constant(number: N, name: string): number;
}

/** @inline */
export type RoutineName =
  | "eigenvalueOrder"
  | "eigenvectors"
  | "inverseRoot"
  | "matmul"
  | "orthogonalize"
  | "refreshBasis"
  | "reorder"
  | "simplex"
  | "transpose";

/** The signature of a routine on whole matrices. */
export interface RoutineSignature {
  /** The names of its matrices, for messages. They are its first operands. */
  readonly matrices: readonly string[];
  /** The names of its numbers, for messages. They follow the matrices. */
  readonly numbers: readonly string[];
  /** The kind of its result; undefined if the operands' kinds do not fit together. */
  readonly kindOf: (...kinds: readonly Kind[]) => Kind | undefined;
}

/** The routine that a {@link Node} calls. */
export interface NamedRoutine extends RoutineSignature {
  /** Its name in the language. */
  readonly name: RoutineName;
}

/** The implementation of a routine for the CPU. */
export interface Routine {
  /** `out` has the result's shape and is not one of the operands. */
  readonly run: (
    engine: MatrixEngine,
    out: Matrix,
    matrices: readonly Matrix[],
    numbers: readonly number[],
  ) => void;
}

/** A routine that any engine can run, because it works on matrices only through the engine. */
export interface PortableRoutine extends Routine {
  readonly portable: true;
  readonly run: <M extends Shape, N>(
    engine: MatrixEngine<M, N>,
    out: M,
    matrices: readonly M[],
    numbers: readonly N[],
  ) => void;
}

export const isPortable = (routine: Routine): routine is PortableRoutine => "portable" in routine;
