import type { Routine } from "./matrix.ts";

/**
 * `reorder(x, order)`: the rows of x in the order of a column of indices from 0, or its columns in
 * the order of a row of them. The first of the result is the one that `order` names first.
 */
export const reorder: Routine = {
  run(_, out, [x, order]) {
    const { rows, cols, data } = x!;
    const index = order!.data;
    // Of a single row, a column of one index and a row of one index reorder the same.
    const byRows = order!.cols === 1 && order!.rows === rows;
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < cols; j++) {
        out.data[i * cols + j] = byRows ? data[index[i]! * cols + j]! : data[i * cols + index[j]!]!;
      }
    }
  },
};
