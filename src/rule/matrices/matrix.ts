/** Whole matrices, for the routines of the language that no loop over elements can say. */
import type { Kind } from "../graph/kinds.ts";

/** The size of a matrix. */
export interface Shape {
  /** The number of rows. */
  readonly rows: number;
  /** The number of columns. */
  readonly cols: number;
}

/** A matrix in row-major order, in memory that the host reads. */
export interface Matrix extends Shape {
  /** `rows * cols` elements. */
  readonly data: Float32Array | Float64Array;
}

/** What a product is multiplied by, and the matrix that is added to it: `alpha * product + beta * matrix`. */
export interface Addend<M, N> {
  /** What the product is multiplied by. Default 1. */
  readonly alpha?: N;
  /** What is added, of the product's shape. */
  readonly matrix: M;
  /** What the matrix is multiplied by. */
  readonly beta: N;
}

/**
 * What routines are made of. The CPU's engines do at once what they are asked for; a GPU's writes it down, and does it at
 * each step.
 * @typeParam M its matrices
 * @typeParam N its numbers, which a GPU's only knows at the step
 */
export interface MatrixEngine<M extends Shape = Matrix, N = number> {
  /** A matrix of `rows` and `cols` to work in, with whatever was last left there under the number `use`. */
  scratch(use: number, rows: number, cols: number): M;
  /**
   * `out = a b`, or `alpha a b + beta matrix` with an addend. On the CPU each element of `a b` is the sum of its products in
   * ascending order from 0, each product and each sum rounded to the matrices' type. `out` is no operand.
   */
  multiply(out: M, a: M, b: M, addend?: Addend<M, N>): void;
  /**
   * `out = a b` as by `multiply`, where the product and the addend are symmetric to the bit: x x^T is, and the square of what is. Where it
   * pays, half of it is computed and the rest copied.
   */
  multiplySymmetric(out: M, a: M, b: M, addend?: Addend<M, N>): void;
  /** The transpose of `x`, to be read before `x` or `room` change: as many elements, which it may be written into. */
  transposed(x: M, room: M): M;
  /** Writes the transpose of `x` into `out`. */
  transpose(out: M, x: M): void;
  /** `out = x / (norm + eps)`, with the Frobenius norm of `x`. */
  normalize(out: M, x: M, eps: N): void;
  /** Writes into `out` the point nearest to `x`, all elements taken for one vector, that is not negative and adds up to `total`. */
  projectOntoSimplex(out: M, x: M, total: N): void;
  /**
   * A number of the rule, where the host knows it.
   * @param number as a routine has it
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

/** A function of whole matrices, as the language has it. */
export interface RoutineSignature {
  /** The names of its matrices, for messages: they are its first operands. */
  readonly matrices: readonly string[];
  /** The names of its numbers, for messages: they follow the matrices. */
  readonly numbers: readonly string[];
  /** The kind of its result; undefined where the operands' kinds do not fit. */
  readonly kindOf: (...kinds: readonly Kind[]) => Kind | undefined;
}

/** A function of whole matrices, as a {@link Node} has it. */
export interface NamedRoutine extends RoutineSignature {
  /** As the language calls it. */
  readonly name: RoutineName;
}

/** What it does. */
export interface Routine {
  /** `out` has the result's shape and is none of the operands. */
  readonly run: (
    engine: MatrixEngine,
    out: Matrix,
    matrices: readonly Matrix[],
    numbers: readonly number[],
  ) => void;
}

/** One that any engine can run: all that it does to matrices, it asks of the engine. */
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
