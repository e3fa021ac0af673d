/** The format of a block of 8-bit numbers, and the reference implementation of its encoding. */

/** Numbers in a block, and bytes before their codes. These hold the largest magnitude, with a sign if any number has one. */
export const length = 256;
export const head = 4;

/** A code is the upper bits of a float32: the sign, 8 bits of exponent, 3 of mantissa. This many lower bits are cut off. */
export const mantissa = 20;

/** The exponent and the first three bits of the mantissa of 1, which is the largest number relative to the block's largest. */
const top = 127 << 3;

/** How codes represent magnitudes: differently in blocks with and without negative numbers. */
export interface Code {
  /** The highest code, which means 1. Code 0 means 0. */
  readonly levels: number;
  /** The difference between a magnitude's upper bits and its code. */
  readonly offset: number;
  /** The bits of half of the smallest magnitude. Larger numbers do not become 0. */
  readonly least: number;
}

const codeOf = (levels: number): Code => {
  const offset = top - levels;
  return { levels, offset, least: (offset + 1 - 8) << mantissa };
};
export const unsignedCode = /* @__PURE__ */ codeOf(255);
export const signedCode = /* @__PURE__ */ codeOf(127);

/** The bits of infinity. Magnitudes with larger bits are NaN. */
export const infinity = 0x7f800000;
/** The head of a block that contains NaN, and the code of all its numbers. */
export const notANumber = [0xffc00000, 0x7f] as const;

const word = new Uint32Array(1);
const float = new Float32Array(word.buffer);

/** The bits of a float32. */
function bitsOf(value: number): number {
  float[0] = value;
  return word[0]!;
}

function floatOf(bits: number): number {
  word[0] = bits;
  return float[0]!;
}

const magnitudeOf = (bits: number): number => bits & 0x7fffffff;

function codeFor(value: number, largest: number, { levels, offset, least }: Code): number {
  const relative = magnitudeOf(bitsOf(value / largest));
  const rounded = (relative + 0x7ffff + ((relative >>> mantissa) & 1)) >>> mantissa;
  const isSome = levels === 255 ? value !== 0 : relative > least;
  return Math.min(Math.max(rounded - offset, Number(isSome)), levels);
}

/** The magnitude that a code means in a block with this largest magnitude. */
const numberFor = (code: number, largest: number, { offset }: Code): number =>
  code === 0 ? 0 : Math.fround(floatOf((code + offset) << mantissa) * largest);

/** A number's code with stochastic rounding: the nearest one or the one on the other side. In blocks without signs never 0. */
function drawnCodeFor(value: number, largest: number, code: Code, fraction: number): number {
  const nearest = codeFor(value, largest, code);
  const found = numberFor(nearest, largest, code);
  const beyond = Math.fround(Math.abs(value) - found);
  const other = Math.max(nearest + (beyond < 0 ? -1 : 1), code.levels === 255 ? 1 : 0);
  const gap = Math.abs(Math.fround(numberFor(other, largest, code) - found));
  return Math.abs(beyond) > Math.fround(gap * fraction) ? other : nearest;
}

function setHead(bytes: Uint8Array, bits: number): void {
  for (let i = 0; i < head; i++) {
    bytes[i] = bits >>> (8 * i);
  }
}

export function encode(numbers: Float32Array, bytes: Uint8Array, fractions?: Float32Array): void {
  let [largest, signs] = [0, 0];
  for (const number of numbers) {
    const bits = bitsOf(number);
    largest = Math.max(largest, magnitudeOf(bits));
    signs |= bits;
  }
  if (largest > infinity) {
    setHead(bytes, notANumber[0]);
    bytes.fill(notANumber[1], head);
    return;
  }
  const isSigned = signs < 0;
  setHead(bytes, largest | (isSigned ? 0x80000000 : 0));
  const code = isSigned ? signedCode : unsignedCode;
  const divisor = largest === 0 ? 1 : floatOf(largest);
  for (const [i, number] of numbers.entries()) {
    const sign = (bitsOf(number) >>> 24) & 0x80;
    const found = fractions
      ? drawnCodeFor(number, divisor, code, fractions[i]!)
      : codeFor(number, divisor, code);
    bytes[head + i] = found | sign;
  }
}

export function decode(bytes: Uint8Array, numbers: Float32Array): void {
  const bits = bytes[0]! | (bytes[1]! << 8) | (bytes[2]! << 16) | (bytes[3]! << 24);
  const code = bits < 0 ? signedCode : unsignedCode;
  const largest = floatOf(magnitudeOf(bits));
  for (let i = 0; i < numbers.length; i++) {
    const byte = bytes[head + i]!;
    const magnitude = numberFor(byte & code.levels, largest, code);
    numbers[i] = byte > code.levels ? -magnitude : magnitude;
  }
}
