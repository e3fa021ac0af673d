/** Loops over float64 vectors. Loops over several vectors go block by block, so that a block stays in the cache. */

/** Elements of a block: 8 KiB of each vector. */
const blockLength = 1024;

/** The sum of a_i b_i, in four interleaved sums. */
export function dot(a: Float64Array, b: Float64Array): number {
  const to = a.length;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = 0;
  for (; i + 3 < to; i += 4) {
    s0 += a[i]! * b[i]!;
    s1 += a[i + 1]! * b[i + 1]!;
    s2 += a[i + 2]! * b[i + 2]!;
    s3 += a[i + 3]! * b[i + 3]!;
  }
  for (; i < to; i++) {
    s0 += a[i]! * b[i]!;
  }
  return s0 + s1 + (s2 + s3);
}

/**
 * Adds to `sums[k]` and `others[k]` the products of the first `count` vectors with `a` and with `b`, in one block. It takes four
 * vectors at a time, because their sums do not depend on each other. If two are left, two more products are written.
 *
 * @param count an even number of vectors
 */
export function addDots(
  vectors: readonly Float64Array[],
  count: number,
  a: Float64Array,
  b: Float64Array,
  sums: Float64Array,
  others: Float64Array,
  from: number,
  to: number,
): void {
  for (let k = 0; k < count; k += 4) {
    const u = vectors[k]!;
    const v = vectors[k + 1]!;
    const isWhole = k + 2 < count;
    const w = isWhole ? vectors[k + 2]! : u;
    const x = isWhole ? vectors[k + 3]! : v;
    let ua = 0;
    let va = 0;
    let wa = 0;
    let xa = 0;
    let ub = 0;
    let vb = 0;
    let wb = 0;
    let xb = 0;
    for (let i = from; i < to; i++) {
      const p = a[i]!;
      const q = b[i]!;
      ua += u[i]! * p;
      va += v[i]! * p;
      wa += w[i]! * p;
      xa += x[i]! * p;
      ub += u[i]! * q;
      vb += v[i]! * q;
      wb += w[i]! * q;
      xb += x[i]! * q;
    }
    sums[k]! += ua;
    sums[k + 1]! += va;
    sums[k + 2]! += wa;
    sums[k + 3]! += xa;
    others[k]! += ub;
    others[k + 1]! += vb;
    others[k + 2]! += wb;
    others[k + 3]! += xb;
  }
}

/** Calls `visit` for each block of `length` elements. */
export function blocks(length: number, visit: (from: number, to: number) => void): void {
  for (let from = 0; from < length; from += blockLength) {
    visit(from, Math.min(from + blockLength, length));
  }
}

/**
 * Writes `factor * a` plus the sum of `factors[k] * vectors[k]` of the first `count` vectors, four at a time.
 * @param factors `count` factors, and two zeros
 * @param count an even number of vectors
 */
export function combine(
  factor: number,
  a: Float64Array,
  factors: Float64Array,
  vectors: readonly Float64Array[],
  count: number,
  into: Float64Array,
): void {
  blocks(into.length, (from, to) => {
    for (let i = from; i < to; i++) {
      into[i] = factor * a[i]!;
    }
    for (let k = 0; k < count; k += 4) {
      const u = vectors[k]!;
      const v = vectors[k + 1]!;
      const isWhole = k + 2 < count;
      const w = isWhole ? vectors[k + 2]! : u;
      const x = isWhole ? vectors[k + 3]! : v;
      const fu = factors[k]!;
      const fv = factors[k + 1]!;
      const fw = factors[k + 2]!;
      const fx = factors[k + 3]!;
      for (let i = from; i < to; i++) {
        into[i]! += fu * u[i]! + fv * v[i]! + (fw * w[i]! + fx * x[i]!);
      }
    }
  });
}

/** Writes `factor * a`. */
export function scale(factor: number, a: Float64Array, into: Float64Array): void {
  for (let i = 0; i < into.length; i++) {
    into[i] = factor * a[i]!;
  }
}

/** Writes `a + factor * b`. */
export function addScaled(
  a: Float64Array,
  factor: number,
  b: Float64Array,
  into: Float64Array,
): void {
  for (let i = 0; i < into.length; i++) {
    into[i] = a[i]! + factor * b[i]!;
  }
}

/** The largest magnitude; NaN if an element is NaN. */
export function largest(a: Float64Array): number {
  let most = 0;
  for (let i = 0; i < a.length; i++) {
    most = Math.max(most, Math.abs(a[i]!));
  }
  return most;
}

/** The sum of magnitudes. */
export function absoluteSum(a: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    sum += Math.abs(a[i]!);
  }
  return sum;
}

/** The Euclidean norm. It is right whenever float64 can hold it. */
export function norm(a: Float64Array): number {
  const squares = dot(a, a);
  if (squares > 1e-280 && squares < 1e300) {
    return Math.sqrt(squares);
  }
  const most = largest(a);
  if (most === 0 || !Number.isFinite(most)) {
    return most;
  }
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    sum += (a[i]! / most) ** 2;
  }
  return most * Math.sqrt(sum);
}

/** Divides each element by one of another vector, in place. */
export function divide(a: Float64Array, by: Float64Array): Float64Array {
  for (let i = 0; i < a.length; i++) {
    a[i]! /= by[i]!;
  }
  return a;
}

/** Multiplies each element by one of another vector, in place. */
export function times(a: Float64Array, by: Float64Array): Float64Array {
  for (let i = 0; i < a.length; i++) {
    a[i]! *= by[i]!;
  }
  return a;
}
