import { check, printShape } from "../errors.ts";
import { checkOptions, checkSwitch } from "../options.ts";
import type { Tensor } from "../tensor.ts";

/** Options of {@link matmul}. */
export interface MatmulOptions {
  /** Use the first matrix transposed; by default false. */
  readonly transposeA?: boolean;
  /** Use the second matrix transposed; by default false. */
  readonly transposeB?: boolean;
}

/**
 * C = A B for matrices, each transposed or not. With G = dL/dC and nothing transposed,
 * dL/dA = G B^T and dL/dB = A^T G.
 *
 * @param a [rows, depth], or [depth, rows] if transposed
 * @param b [depth, columns], or [columns, depth] if transposed
 * @returns [rows, columns]
 */
export function matmul(a: Tensor, b: Tensor, options: MatmulOptions = {}): Tensor {
  checkOptions("matmul", options, ["transposeA", "transposeB"]);
  const { transposeA = false, transposeB = false } = options;
  checkSwitch("matmul", "transposeA", transposeA);
  checkSwitch("matmul", "transposeB", transposeB);
  const [rows, depth, columns] = productSizes(a.shape, b.shape, transposeA, transposeB);
  const { product } = a.tape;
  const forward = { rows, depth, columns, transposeA, transposeB };
  // Of a transposed operand, the transposed gradient: (G B^T)^T = B G^T, (A^T G)^T = G^T A.
  const toA = transposeA
    ? { rows: depth, depth: columns, columns: rows, transposeA: transposeB, transposeB: true }
    : { rows, depth: columns, columns: depth, transposeB: !transposeB };
  const toB = transposeB
    ? { rows: columns, depth: rows, columns: depth, transposeA: true, transposeB: transposeA }
    : { rows: depth, depth: rows, columns, transposeA: !transposeA };
  return a.tape.record({
    name: "matmul",
    inputs: [a, b],
    shape: [rows, columns],
    forward: (output) => product(a.data, b.data, output, forward),
    backward: [
      (gradient, target) =>
        transposeA
          ? product(b.data, gradient, target, toA)
          : product(gradient, b.data, target, toA),
      (gradient, target) =>
        transposeB
          ? product(gradient, a.data, target, toB)
          : product(a.data, gradient, target, toB),
    ],
  });
}

function productSizes(
  a: readonly number[],
  b: readonly number[],
  transposeA: boolean,
  transposeB: boolean,
): [rows: number, depth: number, columns: number] {
  const [rows, depth] = transposeA ? [a[1], a[0]] : a;
  const [depthOfB, columns] = transposeB ? [b[1], b[0]] : b;
  check(a.length === 2 && b.length === 2 && depth === depthOfB, () => {
    const expectedA = transposeA ? "[depth, rows]" : "[rows, depth]";
    const expectedB = transposeB ? "[columns, depth]" : "[depth, columns]";
    return (
      `matmul: expected A ${expectedA} and B ${expectedB}, ` +
      `found ${printShape(a)} and ${printShape(b)}`
    );
  });
  return [rows!, depth!, columns!];
}
