import { heightOf, kindOf, widthOf } from "../kinds.ts";
import type { Matrix, Routine } from "./matrix.ts";

/** Writes the transpose of `x` into `out`. */
export function writeTransposed(out: Matrix, x: Matrix): void {
  for (let i = 0; i < x.rows; i++) {
    for (let j = 0; j < x.cols; j++) {
      out.data[j * x.rows + i] = x.data[i * x.cols + j]!;
    }
  }
}

/** `transpose(x)`: rows as columns. */
export const transpose: Routine = {
  name: "transpose",
  matrices: ["x"],
  numbers: [],
  kindOf: (x) => kindOf(widthOf(x!), heightOf(x!)),
  run: (_, out, [x]) => writeTransposed(out, x!),
};
