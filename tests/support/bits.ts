/**
 * Compares numbers by their bits: 0 and -0 differ. All NaNs count as equal, because neither JavaScript nor WebAssembly defines
 * which NaN
 * an operation gives: the processor decides on sign and payload, and JavaScript engines may change them when a number is moved.
 */
export function firstDifference(a: ArrayLike<number>, b: ArrayLike<number>): number | undefined {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    if (!Object.is(a[i], b[i])) {
      return i;
    }
  }
  return undefined;
}

/** @throws {Error} that names the first different element, and both values with all digits */
export function expectSameBits(
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  what: string | ((index: number) => string),
): void {
  const index = firstDifference(found, expected);
  if (index !== undefined) {
    const show = (value: number | undefined) => (Object.is(value, -0) ? "-0" : String(value));
    const where = typeof what === "string" ? `${what}, element ${index}` : what(index);
    throw new Error(`${where}: found ${show(found[index])}, expected ${show(expected[index])}`);
  }
}
