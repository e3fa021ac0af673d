/** The parts of a float64 number: ±2^exponent * significand. */

const view = new DataView(new ArrayBuffer(8));

/** 2^n for a whole n from -1022 to 1023. */
export function powerOfTwo(n: number): number {
  view.setUint32(0, (n + 1023) << 20);
  view.setUint32(4, 0);
  return view.getFloat64(0);
}

/** -1023 for 0 and what is below 2^-1022 and has fewer bits. */
export function exponentOf(x: number): number {
  view.setFloat64(0, x);
  return ((view.getUint32(0) >>> 20) & 0x7ff) - 1023;
}

/** From 1 to below 2. */
export function significandOf(x: number): number {
  view.setFloat64(0, x);
  view.setUint32(0, (view.getUint32(0) & 0x000fffff) | 0x3ff00000);
  return view.getFloat64(0);
}

/** Its 53 bits, or fewer below 2^-1022, as a whole number. */
export function digitsOf(x: number): bigint {
  view.setFloat64(0, x);
  const fraction = view.getBigUint64(0) & ((1n << 52n) - 1n);
  return exponentOf(x) === -1023 ? fraction : fraction | (1n << 52n);
}
