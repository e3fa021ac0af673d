/** Products of matrices in plain JavaScript, the reference for the fast ones. */
import type { Matrix, MatrixEngine } from "../../rule/matrices/matrix.ts";
import type { ElementType } from "../backend.ts";
import { hostEngine } from "../hostEngine.ts";

type Data = Matrix["data"];

/** Adds `factor` times the elements of b from `from` on to `count` elements of `out` from `to` on. */
type AddRow = (out: Data, to: number, factor: number, b: Data, from: number, count: number) => void;

/** One loop for each type, so that JavaScript engines see arrays of one type in each. The store rounds the sum. */
const addRow: Readonly<Record<ElementType, AddRow>> = {
  float32(out, to, factor, b, from, count) {
    for (let j = 0; j < count; j++) {
      out[to + j]! += Math.fround(factor * b[from + j]!);
    }
  },
  float64(out, to, factor, b, from, count) {
    for (let j = 0; j < count; j++) {
      out[to + j]! += factor * b[from + j]!;
    }
  },
};

export function javascriptEngine(type: ElementType): MatrixEngine {
  const add = addRow[type];
  return hostEngine(type, (out, a, b, half) => {
    const { rows, cols: depth } = a;
    const { cols } = b;
    out.data.fill(0, 0, rows * cols);
    for (let i = 0; i < rows; i++) {
      const count = half ? i + 1 : cols;
      for (let k = 0; k < depth; k++) {
        add(out.data, i * cols, a.data[i * depth + k]!, b.data, k * cols, count);
      }
    }
  });
}
