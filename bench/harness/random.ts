/**
 * Fills an array with the same numbers in each run: uniform in [-scale, scale), from Marsaglia's
 * xorshift generator of 32 bits ("Xorshift RNGs", 2003).
 */
export function fillUniform<A extends Float32Array | Float64Array>(
  array: A,
  seed: number,
  scale: number,
): A {
  let state = Math.imul(seed + 1, 0x9e3779b1) | 1;
  for (let index = 0; index < array.length; index++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    array[index] = scale * (state / 2 ** 31);
  }
  return array;
}
