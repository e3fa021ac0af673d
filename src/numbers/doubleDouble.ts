/** What sums and products of float64 numbers leave out when they are rounded. */

/** `a + b - sum`, exactly, where `sum` is their rounded sum (Knuth, The Art of Computer Programming, volume 2, 4.2.2). */
export function sumError(a: number, b: number, sum: number): number {
  const second = sum - a;
  return a - (sum - second) + (b - second);
}

/** A number's first 26 bits, so that products of them are exact. What is left has 26 as well, and a sign (Dekker, see below). */
export function firstHalf(a: number): number {
  const big = (2 ** 27 + 1) * a;
  return big - (big - a);
}

/**
 * `a * b - product`, exactly, where `product` is their rounded product (Dekker, 1971, "A floating-point technique for
 * extending the available precision"). NaN where a factor is above 2^996; not exact where the product is below 2^-969.
 */
export function productError(a: number, b: number, product: number): number {
  const highA = firstHalf(a);
  const lowA = a - highA;
  const highB = firstHalf(b);
  const lowB = b - highB;
  return highA * highB - product + highA * lowB + lowA * highB + lowA * lowB;
}
