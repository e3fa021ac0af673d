/**
 * Householder's reflections H = I - v v^T / h, h = v^T v / 2 (Golub and Van Loan, "Matrix
 * Computations", section 5.1), of n × n matrices in float64 whose largest element is about 1.
 *
 * `vectors` is such a matrix: row k has the v of reflection k, from element k + offset on; earlier elements
 * do not belong to it. `halves` has each h, and 0 where there is no reflection.
 */
export interface Reflections {
  readonly n: number;
  readonly offset: 0 | 1;
  readonly vectors: Float64Array;
  readonly halves: Float64Array;
}

/**
 * Squares below this have lost bits to underflow, so a reflection computed from them would not be
 * orthogonal. Elements that are so small beside the largest one are taken as zero.
 */
const negligible = 1e-280;

/**
 * Reads x from row k of `vectors`, and replaces it by the v of the reflection that maps x to a multiple of the
 * first unit vector. Returns that factor, chosen as in LAPACK: its sign is the opposite of x[0]'s, and it is x[0]
 * itself if the rest is already zero.
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

/** Writes H_0 H_1 ... H_{last} into `q`, by rows. `w` is working memory for n numbers. */
export function multiplyReflections(
  { n, offset, vectors, halves }: Reflections,
  q: Float64Array,
  w: Float64Array,
): void {
  q.fill(0, 0, n * n);
  for (let i = 0; i < n; i++) {
    q[i * n + i] = 1;
  }
  // Starting with the last reflection, only rows and columns from k + offset on differ from the identity.
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
