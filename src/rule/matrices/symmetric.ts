/**
 * Eigenvalues and eigenvectors of a symmetric matrix, in float64: Householder's tridiagonalisation
 * (Golub and Van Loan, "Matrix Computations", section 8.3.1), then QL steps with implicit shifts
 * (Martin and Wilkinson, 1968, "The Implicit QL Algorithm", Numerische Mathematik 12).
 */
import type { Matrix } from "./matrix.ts";
import { multiplyReflections, type Reflections, reflect } from "./reflections.ts";
import { copyScaled, workspace } from "./workspace.ts";

/** Eigenvalues in no particular order, and the eigenvectors in the same order: each is a row of n numbers. */
export interface EigenSystem {
  readonly values: Float64Array;
  /** Valid until the next decomposition. */
  readonly vectors: Float64Array;
}

/** A symmetric tridiagonal matrix; `beside[i]` is the element in row i, column i + 1, and in row i + 1, column i. */
interface Tridiagonal {
  readonly diagonal: Float64Array;
  readonly beside: Float64Array;
}

const epsilon = 2 ** -52;

/** For each eigenvalue, the number of steps after which LAPACK gives up; two or three are usual. */
const maximumSteps = 30;

/** Applies the reflection in row from - 1 to the symmetric a, from both sides: H a H, in rows and columns from `from` on. */
function reflectBothSides(
  { n, vectors: a, halves }: Reflections,
  from: number,
  p: Float64Array,
): void {
  const v = a.subarray((from - 1) * n, from * n);
  const half = halves[from - 1]!;
  p.fill(0);
  for (let i = from; i < n; i++) {
    const vi = v[i]!;
    let sum = 0;
    for (let j = from; j < i; j++) {
      const element = a[i * n + j]!;
      sum += element * v[j]!;
      p[j]! += element * vi;
    }
    p[i]! += sum + a[i * n + i]! * vi;
  }
  let dot = 0;
  for (let i = from; i < n; i++) {
    p[i]! /= half;
    dot += p[i]! * v[i]!;
  }
  const shift = dot / (2 * half);
  for (let i = from; i < n; i++) {
    p[i]! -= shift * v[i]!;
  }
  for (let i = from; i < n; i++) {
    const [vi, pi] = [v[i]!, p[i]!];
    for (let j = from; j <= i; j++) {
      a[i * n + j]! -= vi * p[j]! + pi * v[j]!;
    }
  }
}

/** Reads and overwrites the lower half of a, and leaves the vectors of the reflections in the upper half. */
function tridiagonalize(reflections: Reflections, room: Float64Array): Tridiagonal {
  const { n, vectors: a, halves } = reflections;
  const diagonal = new Float64Array(n);
  const beside = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    diagonal[k] = a[k * n + k]!;
    if (k + 1 < n) {
      for (let i = k + 1; i < n; i++) {
        a[k * n + i] = a[i * n + k]!;
      }
      beside[k] = reflect(reflections, k);
      if (halves[k] !== 0) {
        reflectBothSides(reflections, k + 1, room);
      }
    }
  }
  return { diagonal, beside };
}

/** Rotates rows i and i + 1 by the angle with this cosine and sine. */
function rotateRows(w: Float64Array, n: number, i: number, c: number, s: number): void {
  for (let lower = i * n; lower < i * n + n; lower++) {
    const upper = lower + n;
    const [x, y] = [w[lower]!, w[upper]!];
    w[lower] = c * x - s * y;
    w[upper] = s * x + c * y;
  }
}

/** One QL step on rows and columns `first` to `last`, which also rotates the rows of w. */
function step({ diagonal, beside }: Tridiagonal, w: Float64Array, first: number, last: number) {
  const n = diagonal.length;
  // Wilkinson's shift: the eigenvalue of the first two rows that is closer to the first.
  const ratio = (diagonal[first + 1]! - diagonal[first]!) / (2 * beside[first]!);
  const root = Math.sqrt(ratio * ratio + 1);
  const corner = beside[first]! / (ratio + (ratio < 0 ? -root : root));
  let [c, s, p, g] = [1, 1, 0, diagonal[last]! - diagonal[first]! + corner];
  for (let i = last - 1; i >= first; i--) {
    const f = s * beside[i]!;
    const b = c * beside[i]!;
    // Never 0: in a block that does not decouple, f is not 0; otherwise g is beside[i] up to rounding.
    const r = Math.sqrt(f * f + g * g);
    beside[i + 1] = r;
    s = f / r;
    c = g / r;
    g = diagonal[i + 1]! - p;
    const turned = (diagonal[i]! - g) * s + 2 * c * b;
    p = s * turned;
    diagonal[i + 1] = g + p;
    g = c * turned - b;
    rotateRows(w, n, i, c, s);
  }
  diagonal[first]! -= p;
  beside[first] = g;
  beside[last] = 0;
}

/** Makes the tridiagonal matrix diagonal; false if the steps do not converge. */
function diagonalize(tridiagonal: Tridiagonal, w: Float64Array): boolean {
  const { diagonal, beside } = tridiagonal;
  const n = diagonal.length;
  let size = 0;
  for (let i = 0; i < n; i++) {
    size = Math.max(size, Math.abs(diagonal[i]!) + Math.abs(beside[i]!));
  }
  for (let first = 0; first < n; first++) {
    for (let count = 0; ; count++) {
      let last = first;
      while (last < n - 1 && Math.abs(beside[last]!) > epsilon * size) {
        last++;
      }
      if (last === first) {
        break;
      }
      if (count === maximumSteps) {
        return false;
      }
      step(tridiagonal, w, first, last);
    }
  }
  return true;
}

/**
 * Decomposes the symmetric `s`; only its lower half is read. Undefined if an element is not finite, or if the steps
 * do not converge.
 */
export function decompose(s: Matrix): EigenSystem | undefined {
  const n = s.rows;
  const reflected = workspace(0, n * n);
  const vectors = workspace(1, n * n);
  const room = new Float64Array(n);
  const scale = copyScaled(reflected, s);
  if (Number.isNaN(scale)) {
    return undefined;
  }
  const halves = new Float64Array(n);
  const reflections: Reflections = { n, offset: 1, vectors: reflected, halves };
  const tridiagonal = tridiagonalize(reflections, room);
  multiplyReflections(reflections, vectors, room);
  // Rotations act on columns of eigenvectors; as rows these are contiguous in memory.
  transposeInPlace(vectors, n);
  if (!diagonalize(tridiagonal, vectors)) {
    return undefined;
  }
  return { values: tridiagonal.diagonal.map((value) => value / scale), vectors };
}

function transposeInPlace(a: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const lower = a[i * n + j]!;
      a[i * n + j] = a[j * n + i]!;
      a[j * n + i] = lower;
    }
  }
}
