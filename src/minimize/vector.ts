/** Loops over vectors of float64, a block at a time where several vectors are read, so that the block stays in the cache. */

/** Elements of a block: 8 KiB of each vector. */
const blockLength = 1024;

/** The sum of a_i b_i, in four interleaved sums. */
export function dot(a: Float64Array, b: Float64Array): number {
  const to = a.length;
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
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

/** Adds to `sums[k]` and `others[k]` the products of `vectors[k]` with `a` and with `b`, in a block. */
export function addDots(
  vectors: readonly Float64Array[],
  count: number,
  [a, b]: readonly [Float64Array, Float64Array],
  [sums, others]: readonly [Float64Array, Float64Array],
  from: number,
  to: number,
): void {
  for (let k = 0; k < count; k++) {
    const vector = vectors[k]!;
    let [a0, a1, b0, b1] = [0, 0, 0, 0];
    let i = from;
    for (; i + 1 < to; i += 2) {
      const [v0, v1] = [vector[i]!, vector[i + 1]!];
      a0 += v0 * a[i]!;
      a1 += v1 * a[i + 1]!;
      b0 += v0 * b[i]!;
      b1 += v1 * b[i + 1]!;
    }
    if (i < to) {
      a0 += vector[i]! * a[i]!;
      b0 += vector[i]! * b[i]!;
    }
    sums[k]! += a0 + a1;
    others[k]! += b0 + b1;
  }
}

/** Calls `visit` for each block of `length` elements. */
export function blocks(length: number, visit: (from: number, to: number) => void): void {
  for (let from = 0; from < length; from += blockLength) {
    visit(from, Math.min(from + blockLength, length));
  }
}

/** Adds the sum of `factors[k] * vectors[k]` to `into`. */
export function addCombination(
  vectors: readonly Float64Array[],
  factors: ArrayLike<number>,
  count: number,
  into: Float64Array,
): void {
  blocks(into.length, (from, to) => {
    let k = 0;
    for (; k + 3 < count; k += 4) {
      addFour(vectors, factors, k, into, from, to);
    }
    for (; k < count; k++) {
      const vector = vectors[k]!;
      const factor = factors[k]!;
      for (let i = from; i < to; i++) {
        into[i]! += factor * vector[i]!;
      }
    }
  });
}

function addFour(
  vectors: readonly Float64Array[],
  factors: ArrayLike<number>,
  k: number,
  into: Float64Array,
  from: number,
  to: number,
): void {
  const [a, b, c, d] = [vectors[k]!, vectors[k + 1]!, vectors[k + 2]!, vectors[k + 3]!];
  const [fa, fb, fc, fd] = [factors[k]!, factors[k + 1]!, factors[k + 2]!, factors[k + 3]!];
  for (let i = from; i < to; i++) {
    into[i]! += fa * a[i]! + fb * b[i]! + (fc * c[i]! + fd * d[i]!);
  }
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

/** The largest magnitude; NaN where there is one. */
export function largest(a: Float64Array): number {
  let most = 0;
  for (let i = 0; i < a.length; i++) {
    const size = Math.abs(a[i]!);
    if (!(size <= most)) {
      if (Number.isNaN(size)) {
        return size;
      }
      most = size;
    }
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

/** The Euclidean norm, right wherever it is a number of float64. */
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
