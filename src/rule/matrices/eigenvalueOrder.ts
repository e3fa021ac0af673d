import { descending } from "./eigenvectors.ts";
import type { Matrix, MatrixEngine, Routine } from "./matrix.ts";

/** s q, in scratch memory, and the order of its columns by the eigenvalue estimates of q's columns. */
export function productInOrder(
  engine: MatrixEngine,
  s: Matrix,
  q: Matrix,
): { product: Matrix; order: number[] } {
  const n = s.rows;
  const product = engine.scratch(0, n, n);
  engine.multiply(product, s, q);
  const values = new Float64Array(n);
  for (let i = 0; i < n * n; i++) {
    values[i % n]! += q.data[i]! * product.data[i]!;
  }
  return { product, order: descending(values) };
}

/**
 * `eigenvalueOrder(s, q)`: the indices of q's columns, from 0, in descending order of the eigenvalues of s,
 * which the diagonal of q^T s q estimates. The result is a column of indices if s is rows × rows, and a row of
 * them if s is cols × cols, as `reorder` needs it.
 */
export const eigenvalueOrder: Routine = {
  run: (engine, out, [s, q]) => out.data.set(productInOrder(engine, s!, q!).order),
};
