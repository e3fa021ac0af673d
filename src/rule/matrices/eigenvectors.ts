import type { Routine } from "./matrix.ts";
import { decompose } from "./symmetric.ts";

/** The indices of the values in descending order of the values; equal ones keep their order. */
export function descending(values: Float64Array): number[] {
  return [...values.keys()].sort((i, j) => values[j]! - values[i]!);
}

/**
 * `eigenvectors(s)`: the orthonormal eigenvectors of a symmetric matrix as columns, in descending order of
 * eigenvalues. Signs, and the basis of a space of equal eigenvalues, are arbitrary
 * (LAPACK may give others), but the same for the same matrix. All NaN if an element of s is not finite.
 */
export const eigenvectors: Routine = {
  run(_, out, [s]) {
    const n = s!.rows;
    const system = decompose(s!);
    if (system === undefined) {
      out.data.fill(NaN, 0, n * n);
      return;
    }
    descending(system.values).forEach((from, column) => {
      for (let i = 0; i < n; i++) {
        out.data[i * n + column] = system.vectors[from * n + i]!;
      }
    });
  },
};
