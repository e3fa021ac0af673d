/**
 * Householder's reflections H = I - v v^T / h, h = v^T v / 2 (Golub and Van Loan, "Matrix
 * Computations", section 5.1), of n × n matrices in float64 whose largest element is about 1.
 *
 * `vectors` is such a matrix: row k holds reflection k's v, from element k + offset on; what is
 * before that does not belong to it. `halves` holds each h, 0 where there is no reflection.
 */
export interface Reflections {
  readonly n: number;
  readonly offset: 0 | 1;
  readonly vectors: Float64Array;
  readonly halves: Float64Array;
}

/**
 * Squares below this have lost bits to underflow, so that a reflection made of them would not be
 * orthogonal. Elements so small beside the largest are zero.
 */
const negligible = 1e-280;

/**
 * Takes x from row k of `vectors`, puts there the v of the reflection that makes x a multiple of the
 * first unit vector, and returns the factor. It is LAPACK's: of the sign that x[0] has not, and x[0]
 * itself where the rest is zero already.
 */
export function reflect({ n, offset, vectors, halves }: Reflections, k: number): number {
  const first = k * n + k + offset;
  const x = vectors[first]!;
  let rest = 0;
  for (let i = first + 1; i < k * n + n; i++) {
    rest += vectors[i]! * vectors[i]!;
  }
  if (rest < negligible) {
    halves[k] = 0;
    return x;
  }
  const norm = Math.sqrt(x * x + rest);
  const factor = x >= 0 ? -norm : norm;
  vectors[first] = x - factor;
  halves[k] = factor * (factor - x);
  return factor;
}

/** Writes H_0 H_1 ... H_{last} into `q`, row by row. `w` is room for n numbers. */
export function multiplyReflections(
  { n, offset, vectors, halves }: Reflections,
  q: Float64Array,
  w: Float64Array,
): void {
  q.fill(0, 0, n * n);
  for (let i = 0; i < n; i++) {
    q[i * n + i] = 1;
  }
  // From the last one on, only rows and columns from k + offset on are not yet the identity's.
  for (let k = n - 1 - offset; k >= 0; k--) {
    if (halves[k] === 0) {
      continue;
    }
    const from = k + offset;
    w.fill(0);
    for (let i = from; i < n; i++) {
      const v = vectors[k * n + i]!;
      for (let j = from; j < n; j++) {
        w[j]! += v * q[i * n + j]!;
      }
    }
    for (let i = from; i < n; i++) {
      const v = vectors[k * n + i]! / halves[k]!;
      for (let j = from; j < n; j++) {
        q[i * n + j]! -= v * w[j]!;
      }
    }
  }
}
