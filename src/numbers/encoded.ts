/** Numbers that are kept as 16 bits each: all of an array at once. */

/** How one number becomes bits, and bits a number. */
interface Encoding {
  encode(value: number): number;
  decode(bits: number): number;
}

/** The numbers that bits stand for. */
export function decodeAll(
  { decode }: Pick<Encoding, "decode">,
  bits: ArrayLike<number>,
  into: Float32Array = new Float32Array(bits.length),
): Float32Array {
  for (let i = 0; i < bits.length; i++) {
    into[i] = decode(bits[i]!);
  }
  return into;
}

/** The bits that are nearest to numbers, which are rounded once. */
export function encodeAll(
  { encode }: Pick<Encoding, "encode">,
  numbers: ArrayLike<number>,
  into: Uint16Array = new Uint16Array(numbers.length),
): Uint16Array {
  if (numbers instanceof Float32Array) {
    // They are rounded once as they are.
    for (let i = 0; i < numbers.length; i++) {
      into[i] = encode(numbers[i]!);
    }
    return into;
  }
  for (let i = 0; i < numbers.length; i++) {
    into[i] = encode(toOdd(numbers[i]!));
  }
  return into;
}

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/**
 * A float32 that rounds to the same 16 bits as the number itself: what is lost of it leaves the last bit set ("round to
 * odd"). Rounded to the nearest float32 first, a number may come to lie half way between two others.
 */
function toOdd(value: number): number {
  float[0] = value;
  const near = float[0];
  if (near !== value && !Number.isNaN(value)) {
    bits[0] = (bits[0]! - Number(Math.abs(near) > Math.abs(value))) | 1;
  }
  return float[0];
}
