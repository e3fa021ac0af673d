/** The bytes of a block of numbers: what they are, and the reference of how they are made. */

/** Numbers of a block, and bytes before their codes: their largest magnitude, with a sign if one of them has one. */
export const length = 256;
export const head = 4;

/** The bits of a float32 that codes have: sign, 8 of exponent, 3 of mantissa. */
export const mantissa = 20;

/** Of 1, the largest number relative to the block's: the exponent and the first three bits of mantissa. */
const top = 127 << 3;

/** How codes stand for magnitudes, in a block without negative numbers and in one with them. */
export interface Code {
  /** The highest, which stands for 1; 0 stands for 0. */
  readonly levels: number;
  /** What a magnitude's upper bits are more than its code. */
  readonly offset: number;
  /** The bits of half of the least magnitude: what is more is not 0. */
  readonly least: number;
}

const codeOf = (levels: number): Code => {
  const offset = top - levels;
  return { levels, offset, least: (offset + 1 - 8) << mantissa };
};
export const unsignedCode = /* @__PURE__ */ codeOf(255);
export const signedCode = /* @__PURE__ */ codeOf(127);

/** The bits of infinity; what is more is no number. */
export const infinity = 0x7f800000;
/** The head of a block that has something that is no number, and all of its codes. */
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

/** The magnitude that a code stands for in a block with this one as its largest. */
const numberFor = (code: number, largest: number, { offset }: Code): number =>
  code === 0 ? 0 : Math.fround(floatOf((code + offset) << mantissa) * largest);

/** What is kept of a number by drawing: its code, or that of the number on its other side. In blocks without signs that is not 0. */
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
