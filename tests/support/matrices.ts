/** Matrices to test the matrix routines. */
import type { ElementType } from "../../src/compilers/backend.ts";
import { javascriptEngine } from "../../src/compilers/js/engine.ts";
import { routines } from "../../src/rule/matrices/index.ts";
import type { Matrix, RoutineName } from "../../src/rule/matrices/matrix.ts";

const arrays = { float32: Float32Array, float64: Float64Array };
const engines = { float32: javascriptEngine("float32"), float64: javascriptEngine("float64") };
const double = engines.float64;

const typeOf = ({ data }: Matrix): ElementType =>
  data instanceof Float32Array ? "float32" : "float64";

/** A matrix of the values that `value` gives for each row and column. */
export function matrix(
  rows: number,
  cols: number,
  value: (row: number, col: number) => number,
  type: ElementType = "float64",
): Matrix {
  const data = new arrays[type](rows * cols);
  return { rows, cols, data: data.map((_, i) => value(Math.floor(i / cols), i % cols)) };
}

export const identity = (n: number): Matrix => matrix(n, n, (i, j) => Number(i === j));

/** Numbers in [-1, 1) from a seed. */
export function random(rows: number, cols: number, seed: number, type?: ElementType): Matrix {
  let state = seed;
  return matrix(
    rows,
    cols,
    () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 31 - 1;
    },
    type,
  );
}

/** a b in float64. */
export function product(a: Matrix, b: Matrix): Matrix {
  const out = matrix(a.rows, b.cols, () => NaN);
  double.multiply(out, a, b);
  return out;
}

export const transposed = (x: Matrix): Matrix =>
  matrix(x.cols, x.rows, (i, j) => x.data[j * x.cols + i]!);

/** x x^T, rounded to a type. */
export function gramOf(x: Matrix, type: ElementType = "float64"): Matrix {
  const gram = product(x, transposed(x));
  return { ...gram, data: arrays[type].from(gram.data) };
}

/** The largest difference between two matrices' elements; NaN if one is NaN. */
export function distance(a: Matrix, b: Matrix): number {
  let largest = 0;
  for (let i = 0; i < a.rows * a.cols; i++) {
    largest = Math.max(largest, Math.abs(a.data[i]! - b.data[i]!));
  }
  return largest;
}

export const largest = (x: Matrix): number =>
  distance(
    x,
    matrix(x.rows, x.cols, () => 0),
  );

/** Calls a routine in the first operand's type; the result has that operand's shape. */
export function call(
  name: RoutineName,
  matrices: readonly Matrix[],
  numbers: readonly number[] = [],
  [rows, cols]: readonly [number, number] = [matrices[0]!.rows, matrices[0]!.cols],
): Matrix {
  const type = typeOf(matrices[0]!);
  const out = matrix(rows, cols, () => 12345, type);
  routines[name]!.run(engines[type], out, matrices, numbers);
  return out;
}
