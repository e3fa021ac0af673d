/**
 * The singular values of a square matrix, in descending order, by one-sided Jacobi rotations. Pairs of columns are rotated until
 * all
 * are orthogonal; then their lengths are the values.
 *
 * @param matrix row by row
 */
export function singularValues(matrix: ArrayLike<number>): readonly number[] {
  const n = Math.sqrt(matrix.length);
  const columns = Array.from({ length: n }, (_, j) =>
    Array.from({ length: n }, (_, i) => matrix[i * n + j]!),
  );
  // Ten sweeps are more than enough: it converges quadratically.
  for (let sweep = 0; sweep < 10; sweep++)
    for (let i = 1; i < n; i++) for (let j = 0; j < i; j++) turn(columns[j]!, columns[i]!);
  return columns.map((column) => Math.sqrt(dot(column, column))).sort((a, b) => b - a);
}

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, each, i) => sum + each * b[i]!, 0);

/** Rotates two columns within their plane so that they become orthogonal. */
function turn(a: number[], b: number[]): void {
  const product = dot(a, b);
  if (product === 0) return;
  const zeta = (dot(b, b) - dot(a, a)) / (2 * product);
  const tangent = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
  const cosine = 1 / Math.hypot(1, tangent);
  const sine = cosine * tangent;
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]!, b[i]!];
    a[i] = cosine * x - sine * y;
    b[i] = sine * x + cosine * y;
  }
}
