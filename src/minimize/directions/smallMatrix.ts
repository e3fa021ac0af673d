/** Small square matrices, row by row. */

/**
 * Inverts a matrix whose rows and columns are of very different sizes.
 * @param sizes each row and column is first divided by its size
 * @returns undefined if it is singular
 */
export function scaledInverse(matrix: Float64Array, sizes: Float64Array): Float64Array | undefined {
  const n = sizes.length;
  const divided = (of: Float64Array) =>
    of.map((value, at) => value / sizes[Math.floor(at / n)]! / sizes[at % n]!);
  const inverse = inverseOf(divided(matrix), n);
  return inverse && divided(inverse);
}

/**
 * Inverts by elimination with row exchanges.
 * @param matrix of n by n; it is overwritten
 * @returns undefined if it is singular
 */
function inverseOf(matrix: Float64Array, n: number): Float64Array | undefined {
  const inverse = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    inverse[i * n + i] = 1;
  }
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let row = column + 1; row < n; row++) {
      if (Math.abs(matrix[row * n + column]!) > Math.abs(matrix[pivot * n + column]!)) {
        pivot = row;
      }
    }
    const size = matrix[pivot * n + column]!;
    if (size === 0 || !Number.isFinite(size)) {
      return undefined;
    }
    for (const each of [matrix, inverse]) {
      exchange(each, n, column, pivot);
      for (let j = 0; j < n; j++) {
        each[column * n + j]! /= size;
      }
    }
    for (let row = 0; row < n; row++) {
      const factor = row === column ? 0 : matrix[row * n + column]!;
      for (let j = 0; factor !== 0 && j < n; j++) {
        matrix[row * n + j]! -= factor * matrix[column * n + j]!;
        inverse[row * n + j]! -= factor * inverse[column * n + j]!;
      }
    }
  }
  return inverse;
}

function exchange(matrix: Float64Array, n: number, a: number, b: number): void {
  for (let j = 0; a !== b && j < n; j++) {
    const kept = matrix[a * n + j]!;
    matrix[a * n + j] = matrix[b * n + j]!;
    matrix[b * n + j] = kept;
  }
}

/** Matrix times vector. */
export function times(matrix: Float64Array, vector: Float64Array): Float64Array {
  const n = vector.length;
  const product = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      product[i]! += matrix[i * n + j]! * vector[j]!;
    }
  }
  return product;
}

export function dotOf(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    sum += a[i]! * b[i]!;
  }
  return sum;
}
