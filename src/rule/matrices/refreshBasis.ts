import { productInOrder } from "./eigenvalueOrder.ts";
import type { Matrix, Routine } from "./matrix.ts";
import { multiplyReflections, type Reflections, reflect } from "./reflections.ts";
import { copyScaled, workspace } from "./workspace.ts";

/** The reflections that make a matrix triangular; its columns are the rows of `columns`. */
function triangularize(columns: Float64Array, n: number): Reflections {
  const reflections: Reflections = {
    ...{ n, offset: 0, vectors: columns, halves: new Float64Array(n) },
  };
  for (let k = 0; k < n; k++) {
    reflect(reflections, k);
    const half = reflections.halves[k]!;
    for (let column = k + 1; half !== 0 && column < n; column++) {
      const [v, x] = [k * n, column * n];
      let dot = 0;
      for (let i = k; i < n; i++) {
        dot += columns[v + i]! * columns[x + i]!;
      }
      for (let i = k; i < n; i++) {
        columns[x + i]! -= (dot / half) * columns[v + i]!;
      }
    }
  }
  return reflections;
}

/** Writes x's columns into `out`, in the given order, each orthonormalised to those before it. */
function orthonormalize(out: Matrix, x: Matrix, order: readonly number[]): void {
  const n = x.rows;
  const columns = workspace(0, n * n);
  const q = workspace(1, n * n);
  if (Number.isNaN(copyScaled(q, x))) {
    out.data.fill(NaN, 0, n * n);
    return;
  }
  order.forEach((from, column) => {
    for (let i = 0; i < n; i++) {
      columns[column * n + i] = q[i * n + from]!;
    }
  });
  multiplyReflections(triangularize(columns, n), q, new Float64Array(n));
  out.data.set(n * n === q.length ? q : q.subarray(0, n * n));
}

/**
 * `refreshBasis(s, q)`: brings q, a basis whose columns are nearly the eigenvectors of the symmetric s,
 * closer to them by one step of orthogonal iteration: the Q of the QR decomposition of s q, after its columns were
 * put into the order of `eigenvalueOrder(s, q)`.
 *
 * Vyas et al., 2024, "SOAP", algorithm 4, and its authors' code, which reorders the second moments
 * alike. Signs are LAPACK's (the diagonal of R may be negative); SOAP does not depend on them.
 */
export const refreshBasis: Routine = {
  run(engine, out, [s, q]) {
    const { product, order } = productInOrder(engine, s!, q!);
    orthonormalize(out, product, order);
  },
};
