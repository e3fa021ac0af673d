/** float16 as two bytes, where JavaScript has no array of it. */

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** The nearest float16 of a float32, ties to even, as its bits; one of all that is no number. */
export function toHalf(value: number): number {
  float[0] = value;
  const word = bits[0]!;
  const sign = (word >>> 16) & 0x8000;
  const magnitude = word & 0x7fffffff;
  if (magnitude > 0x7f800000) {
    return 0x7e00;
  }
  // From half of the step behind the largest number on.
  if (magnitude >= 0x477ff000) {
    return sign | 0x7c00;
  }
  if (magnitude < 0x38800000) {
    // Subnormal: a whole multiple of 2^-24.
    float[0] = Math.abs(value);
    const scaled = float[0] * 2 ** 24;
    const down = Math.floor(scaled);
    const rest = scaled - down;
    const up = rest > 0.5 || (rest === 0.5 && down % 2 === 1);
    return sign | (down + Number(up));
  }
  const rebiased = magnitude - 0x38000000;
  const half = rebiased >>> 13;
  const rest = rebiased & 0x1fff;
  const up = rest > 0x1000 || (rest === 0x1000 && (half & 1) === 1);
  return sign | (half + Number(up));
}

export function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) {
    return sign * fraction * 2 ** -24;
  }
  if (exponent === 31) {
    return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  }
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
