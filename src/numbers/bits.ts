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

/** x * 2^n, rounded once. Most n are small: a float32 number that is written at once is read at once, one in two parts is waited for. */
export function scaled(x: number, n: number): number {
  if (n > -127 && n < 128) {
    view.setUint32(0, (n + 127) << 23);
    return x * view.getFloat32(0);
  }
  const half = n >> 1;
  return x * powerOfTwo(half) * powerOfTwo(n - half);
}

/** The whole n for which x * 2^n is from sqrt(1/2) to below sqrt(2), as far as the first 21 bits of x tell; x is from 2^-1022 on. */
export function shiftToOne(x: number): number {
  view.setFloat64(0, x);
  return (0x3ff6a09d - view.getInt32(0)) >> 20;
}

/** From 1 to below 2. */
export function significandOf(x: number): number {
  view.setFloat64(0, x);
  view.setUint32(0, (view.getUint32(0) & 0x000fffff) | 0x3ff00000);
  return view.getFloat64(0);
}
