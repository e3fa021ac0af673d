/** What sums and products of float64 numbers leave out when they are rounded. */

/** `a + b - sum`, exactly, where `sum` is their rounded sum (Knuth, The Art of Computer Programming, volume 2, 4.2.2). */
export function sumError(a: number, b: number, sum: number): number {
  const second = sum - a;
  return a - (sum - second) + (b - second);
}

/** Cuts a number into halves of 26 bits. */
const splitter = 2 ** 27 + 1;

/**
 * `a * b - product`, exactly, where `product` is their rounded product (Dekker, 1971, "A floating-point technique for
 * extending the available precision"). NaN where a factor is above 2^996; not exact where the product is below 2^-969.
 */
export function productError(a: number, b: number, product: number): number {
  const bigA = splitter * a;
  const highA = bigA - (bigA - a);
  const lowA = a - highA;
  const bigB = splitter * b;
  const highB = bigB - (bigB - b);
  const lowB = b - highB;
  return highA * highB - product + highA * lowB + lowA * highB + lowA * lowB;
}
