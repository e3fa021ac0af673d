/** Which rows of a gradient hold something, where an operation's gradient has few rows. */
import type { FloatArray } from "./tensor.ts";

/**
 * The rows of a matrix that have been written since it was last cleared; everything else is zero,
 * so clearing costs as much as was written.
 */
class TouchedRows {
  readonly #matrix: FloatArray;
  readonly #columns: number;
  readonly #isTouched: Uint8Array;
  readonly #list: Int32Array;
  #count = 0;

  /** Zeroes the matrix; from here on whoever writes a row of it calls `touch` first. */
  constructor(matrix: FloatArray, rows: number) {
    this.#matrix = matrix.fill(0);
    this.#columns = rows === 0 ? 0 : matrix.length / rows;
    this.#isTouched = new Uint8Array(rows);
    this.#list = new Int32Array(rows);
  }

  readonly touch = (row: number): void => {
    if (this.#isTouched[row] === 0) {
      this.#isTouched[row] = 1;
      this.#list[this.#count++] = row;
    }
  };

  /** The rows, in the order of their first use: a view that the next step overwrites. */
  get rows(): Int32Array {
    return this.#list.subarray(0, this.#count);
  }

  /** Zeroes the rows that were touched. */
  clear(): void {
    for (let index = 0; index < this.#count; index++) {
      const row = this.#list[index]!;
      this.#isTouched[row] = 0;
      this.#matrix.fill(0, row * this.#columns, (row + 1) * this.#columns);
    }
    this.#count = 0;
  }
}

/**
 * By gradient and not by tape, because several tapes may write into one gradient: an entry says
 * that all rows but its own are zero, whoever wrote last.
 */
const byGradient = new WeakMap<FloatArray, TouchedRows>();

/** Starts a step that writes only rows: zeroes what the last one wrote, or everything. */
export function beginRows(gradient: FloatArray, rows: number): void {
  const touched = byGradient.get(gradient);
  if (touched === undefined) {
    byGradient.set(gradient, new TouchedRows(gradient, rows));
  } else {
    touched.clear();
  }
}

/** Says that the gradient is about to be written as a whole. */
export function forgetRows(gradient: FloatArray): void {
  byGradient.delete(gradient);
}

const ignore = (): void => {};

/** What to call before writing a row. */
export function touchIn(gradient: FloatArray): (row: number) => void {
  return byGradient.get(gradient)?.touch ?? ignore;
}

/** The rows of a gradient that may be other than zero, or undefined if any of them may. */
export function touchedRowsOf(gradient: FloatArray): Int32Array | undefined {
  return byGradient.get(gradient)?.rows;
}
