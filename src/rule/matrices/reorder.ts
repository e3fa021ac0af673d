import type { Routine } from "./matrix.ts";

/**
 * `reorder(x, order)`: the rows of x in the order that a column of indices gives, or its columns in the order
 * that a row of indices gives. Indices count from 0; the first index says what comes first in the result.
 */
export const reorder: Routine = {
  run(_, out, [x, order]) {
    const { rows, cols, data } = x!;
    const index = order!.data;
    // A matrix of one row may be reordered by a column or by a row of one index; the result is the same.
    const byRows = order!.cols === 1 && order!.rows === rows;
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < cols; j++) {
        out.data[i * cols + j] = byRows ? data[index[i]! * cols + j]! : data[i * cols + index[j]!]!;
      }
    }
  },
};
