/** Room for the routines of whole matrices to work in. */
import type { Matrix, MatrixEngine } from "../rule/matrices/matrix.ts";
import type { ElementType } from "./compiler.ts";

/** Room that grows to the largest matrix which each number ever asked for, and stays. */
export function scratchOf(type: ElementType): MatrixEngine["scratch"] {
  const FloatArray = type === "float32" ? Float32Array : Float64Array;
  const kept = new Map<number, Matrix["data"]>();
  return (use, rows, cols) => {
    const count = rows * cols;
    let whole = kept.get(use);
    if (whole === undefined || whole.length < count) {
      whole = new FloatArray(count);
      kept.set(use, whole);
    }
    return { rows, cols, data: whole.subarray(0, count) };
  };
}
