/** bfloat16 as two bytes: the upper half of a float32. */

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** The nearest bfloat16 of a float32, ties to even, as its bits; one of all that is no number. */
export function toBfloat16(value: number): number {
  float[0] = value;
  const word = bits[0]!;
  if (Number.isNaN(value)) {
    return 0x7fc0;
  }
  return ((word + 0x7fff + ((word >>> 16) & 1)) >>> 16) & 0xffff;
}

export function fromBfloat16(half: number): number {
  bits[0] = half << 16;
  return float[0]!;
}
