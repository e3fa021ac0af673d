/** Whole powers in float64, rounded correctly, so with the same bits in every engine. */
import { scaled } from "./bits.ts";
import { productError } from "./doubleDouble.ts";
import { exactPower } from "./exactPower.ts";

/**
 * What a place that computes powers keeps: the last one of a whole exponent, which may be asked for again, and from which
 * the next exponent's is one product. It makes no other bits, since powers of whole exponents are
 * rounded correctly. In place, since a number that a function takes or returns is allocated.
 */
export type LastPower = Float64Array;
export const newLastPower = (): LastPower => new Float64Array(8);

/**
 * Of the last power: base, exponent, and itself in three numbers; then the base's power of 2^k in three. They stand for
 * (first + second) * 2^third, where the first is from 1e-144 to 1e144, so that products are as exact as they are said to be.
 */
export const base = 0;
export const exponent = 1;
export const power = 2;
const square = 5;

const scratch = new Float64Array(1);

/** Writes `v[a] ** v[b]` to `v[to]`, where the second is a whole number, or none that is finite. */
export function writeWholePower(
  v: Float64Array,
  to: number,
  a: number,
  b: number,
  last: LastPower,
): void {
  const x = v[a]!;
  const y = v[b]!;
  if (y === 1) {
    v[to] = x;
  } else if (y === 0 || x === 0 || !Number.isFinite(x - x + y)) {
    // The language says what these are, to the bit.
    v[to] = x ** y;
  } else {
    advance(v, a, b, last);
    finish(y < 0, last);
    v[to] = x < 0 && Math.abs(y) % 2 === 1 ? -scratch[0]! : scratch[0]!;
  }
}

/** Computes |x|^|y|. Each product leaves out less than 2^-102 of it, all together less than |y| 2^-100. */
function advance(v: Float64Array, a: number, b: number, last: LastPower): void {
  const x = Math.abs(v[a]!);
  const n = Math.abs(v[b]!);
  const isSame = last[base] === x;
  const done = last[exponent]!;
  if (isSame && done === n) {
    return;
  }
  last[base] = x;
  last[exponent] = n;
  write(last, square, x, 0, 0);
  if (isSame && done === n - 1) {
    multiply(last, power, square);
    return;
  }
  write(last, power, 1, 0, 0);
  for (let left = n; left > 0; left = Math.floor(left / 2)) {
    if (left < n) {
      multiply(last, square, square);
    }
    if (left % 2 === 1) {
      multiply(last, power, square);
    }
  }
}

/** Writes a number in its three. */
function write(
  numbers: Float64Array,
  to: number,
  first: number,
  second: number,
  scale: number,
): void {
  if (first < 1e-144 || first > 1e144) {
    const shift = first < 1 ? 600 : -600;
    write(numbers, to, scaled(first, shift), scaled(second, shift), scale - shift);
  } else {
    numbers[to] = first;
    numbers[to + 1] = second;
    numbers[to + 2] = scale;
  }
}

function multiply(numbers: Float64Array, to: number, by: number): void {
  const a = numbers[to]!;
  const b = numbers[by]!;
  const product = a * b;
  const left = productError(a, b, product) + (a * numbers[by + 1]! + numbers[to + 1]! * b);
  const sum = product + left;
  write(numbers, to, sum, product - sum + left, numbers[to + 2]! + numbers[by + 2]!);
}

/** Leaves the last power, or 1 by it, in the scratch: rounded. */
function finish(isInverse: boolean, last: LastPower): void {
  let high = last[power]!;
  let low = last[power + 1]!;
  let scale = last[power + 2]!;
  if (isInverse) {
    const quotient = 1 / high;
    const product = quotient * high;
    low = (1 - product - productError(quotient, high, product) - quotient * low) / high;
    high = quotient;
    scale = -scale;
  }
  const error = high * Math.min(last[exponent]! * 2 ** -99, 0.5);
  const value = high + (low - error);
  const isSure = value === high + (low + error);
  if (isSure && scale === 0) {
    scratch[0] = value;
  } else if (Math.abs(scale) > 1700) {
    scratch[0] = scale < 0 ? 0 : high / 0;
  } else {
    scratch[0] = scaled(value, scale);
    if (!isSure || scratch[0] < 2 ** -1022) {
      // What is subnormal is rounded once more: of more than is in doubt.
      const doubt = error + high * 2 ** -51;
      scratch[0] = scaled(high - doubt, scale);
      if (scratch[0] !== scaled(high + doubt, scale)) {
        scratch[0] = exactPower(last[base]!, last[exponent]!, isInverse);
      }
    }
  }
}
