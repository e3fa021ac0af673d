/** Projects a matrix on a few directions of its shorter side: those of the largest singular values. */
import { exponentOf, powerOfTwo } from "../numbers/bits.ts";
import { eigenvectors } from "../rule/matrices/eigenvectors.ts";
import type { Matrix, MatrixEngine } from "../rule/matrices/matrix.ts";
import { type FloatArray, typeOf } from "../runtime/memory/memory.ts";

/** The number of rows or columns that are copied or multiplied at once, so that no whole matrix is held twice. */
const blockLength = 256;

/** The keys of copies and products in an engine's scratch memory. */
export const use = { product: 0, transposed: 1, block: 2, sum: 3, vectors: 4, given: 5 } as const;

const matrix = (rows: number, cols: number, data: FloatArray): Matrix => ({ rows, cols, data });

/** Rows `from` to `to` of a matrix, as a view. */
const rowsOf = ({ cols, data }: Matrix, from: number, to: number): Matrix =>
  matrix(to - from, cols, data.subarray(from * cols, to * cols));

/** Copies columns `from` to `to` of `a`. */
function copyColumns(out: Matrix, a: Matrix, from: number, to: number): Matrix {
  for (let i = 0; i < a.rows; i++) {
    for (let j = from; j < to; j++) {
      out.data[i * out.cols + j - from] = a.data[i * a.cols + j]!;
    }
  }
  return out;
}

/** A power of two that scales the largest element to about 1. */
function scaleOf(array: FloatArray): number {
  let largest = 0;
  for (const value of array) {
    largest = Math.max(largest, Math.abs(value));
  }
  // Limited, because for the smallest numbers the power would overflow.
  return largest === 0 ? 1 : powerOfTwo(Math.min(-exponentOf(largest), 1000));
}

function scaleBy({ data }: Matrix, scale: number): void {
  for (let i = 0; i < data.length; i++) {
    data[i]! *= scale;
  }
}

export class Projection {
  /** Orthonormal columns, one for each direction: shorter side × rank. Zero before the first refresh. */
  readonly basis: Matrix;
  /** The shape of a projected matrix. */
  readonly low: readonly [rows: number, cols: number];
  readonly #rows: number;
  readonly #cols: number;
  /** Whether the rows are the shorter side, or both sides are equal: then the basis is the left factor. */
  readonly #left: boolean;

  /** @param data the elements of the matrix, which give its type */
  constructor(rows: number, cols: number, rank: number, data: FloatArray) {
    const shorter = Math.min(rows, cols);
    const taken = Math.min(rank, shorter);
    this.#rows = rows;
    this.#cols = cols;
    this.#left = rows <= cols;
    this.low = this.#left ? [taken, cols] : [rows, taken];
    const FloatArray = typeOf(data) === "float32" ? Float32Array : Float64Array;
    this.basis = matrix(shorter, taken, new FloatArray(shorter * taken));
  }

  /**
   * Computes the directions from a gradient with finite elements: the eigenvectors of its product with its transpose. It uses
   * float64, because squares of small singular values would underflow in float32. The signs of eigenvectors are arbitrary, but the
   * rule's state depends on them: each is turned to the same side as the one that it replaces. The gradient is first scaled by a
   * power of two, because squares of its elements may be out of float64's range.
   * @param engine an engine of float64
   */
  refresh(engine: MatrixEngine, gradient: FloatArray): void {
    const { rows: side, cols: taken, data } = this.basis;
    const vectors = engine.scratch(use.vectors, side, side);
    eigenvectors.run(engine, vectors, [this.#gram(engine, gradient)], []);
    for (let j = 0; j < taken; j++) {
      let along = 0;
      for (let i = 0; i < side; i++) {
        along += data[i * taken + j]! * vectors.data[i * side + j]!;
      }
      for (let i = 0; i < side; i++) {
        const element = vectors.data[i * side + j]!;
        data[i * taken + j] = along < 0 ? -element : element;
      }
    }
  }

  /** Whether there are no directions yet. */
  get isBlank(): boolean {
    return this.basis.data.every((value) => value === 0);
  }

  /** Writes the projected gradient to `low`. */
  project(engine: MatrixEngine, gradient: FloatArray, low: FloatArray): void {
    const whole = matrix(this.#rows, this.#cols, gradient);
    const out = matrix(...this.low, low);
    if (this.#left) {
      engine.multiply(out, this.#transposed(engine), whole);
    } else {
      engine.multiply(out, whole, this.basis);
    }
  }

  /** p = p + scale * (`low`, projected back) - share * p. */
  addBack(
    engine: MatrixEngine,
    low: FloatArray,
    p: FloatArray,
    scale: number,
    share: number,
  ): void {
    const small = matrix(...this.low, low);
    const [above, right] = this.#left ? [this.basis, small] : [small, this.#transposed(engine)];
    for (let from = 0; from < this.#rows; from += blockLength) {
      const to = Math.min(from + blockLength, this.#rows);
      const product = engine.scratch(use.product, to - from, this.#cols);
      engine.multiply(product, rowsOf(above, from, to), right);
      const first = from * this.#cols;
      for (let i = 0; i < product.data.length; i++) {
        const value = p[first + i]!;
        p[first + i] = value + scale * product.data[i]! - share * value;
      }
    }
  }

  #transposed(engine: MatrixEngine): Matrix {
    const { rows, cols } = this.basis;
    return engine.transposed(this.basis, engine.scratch(use.transposed, cols, rows));
  }

  /** The product of the gradient with its transpose, in the order that gives the smaller matrix. */
  #gram(engine: MatrixEngine, gradient: FloatArray): Matrix {
    const whole = matrix(this.#rows, this.#cols, gradient);
    const side = this.basis.rows;
    const longer = Math.max(this.#rows, this.#cols);
    const scale = scaleOf(gradient);
    const sum = engine.scratch(use.sum, side, side);
    sum.data.fill(0);
    for (let from = 0; from < longer; from += blockLength) {
      const to = Math.min(from + blockLength, longer);
      const product = engine.scratch(use.product, side, side);
      if (this.#left) {
        const block = engine.scratch(use.block, side, to - from);
        scaleBy(copyColumns(block, whole, from, to), scale);
        const turned = engine.scratch(use.transposed, to - from, side);
        engine.multiplySymmetric(product, block, engine.transposed(block, turned));
      } else {
        const block = engine.scratch(use.block, to - from, side);
        block.data.set(rowsOf(whole, from, to).data);
        scaleBy(block, scale);
        const turned = engine.scratch(use.transposed, side, to - from);
        engine.multiplySymmetric(product, engine.transposed(block, turned), block);
      }
      for (let i = 0; i < sum.data.length; i++) {
        sum.data[i]! += product.data[i]!;
      }
    }
    return sum;
  }
}
