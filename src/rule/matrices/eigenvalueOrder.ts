import { descending } from "./eigenvectors.ts";
import type { Matrix, MatrixEngine, Routine } from "./matrix.ts";

/** s q, in scratch, and the order of its columns by the eigenvalues that q's columns stand for. */
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
 * `eigenvalueOrder(s, q)`: the columns of q, by their indices from 0, from the one that stands for
 * the largest eigenvalue of s to the smallest, each estimated by the diagonal of q^T s q. A column
 * of indices where s is rows × rows, a row of them where it is cols × cols: what `reorder` takes.
 */
export const eigenvalueOrder: Routine = {
  run: (engine, out, [s, q]) => out.data.set(productInOrder(engine, s!, q!).order),
};
