/** `x ** y` in float64, with the same bits in every engine: whole powers rounded correctly, others less than a unit off. */
import { productError } from "./doubleDouble.ts";
import { exactPower } from "./exactPower.ts";
import { logParts, newParts, takeExp, takeLog } from "./exponential.ts";

/**
 * What a place that computes powers keeps: the last one of a whole exponent, from which the next exponent's is one product.
 * It makes no other bits, since both are rounded correctly. In place, since a number that a function takes or returns is allocated.
 */
export type LastPower = Float64Array;
export const newLastPower = (): LastPower => new Float64Array(6);

/** Of the last power: base, exponent, and itself in two parts; then the base's power of 2^k in two parts. */
const [base, exponent, power, rest, square] = [0, 1, 2, 3, 4] as const;

const scratch = newParts();

/** Writes `v[a] ** v[b]` to `v[to]`. */
export function writePower(
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
  } else if (y === 0 || x === 0 || !Number.isFinite(x) || !Number.isFinite(y)) {
    // The language says what these are, to the bit.
    v[to] = x ** y;
  } else if (Math.floor(y) === y) {
    advance(v, a, b, last);
    finish(y < 0, last);
    v[to] = x < 0 && Math.abs(y) % 2 === 1 ? -scratch[0]! : scratch[0]!;
  } else if (y === 0.5) {
    v[to] = Math.sqrt(x);
  } else if (x < 0) {
    v[to] = Number.NaN;
  } else {
    scratch[0] = x;
    logParts(scratch);
    const product = y * scratch[0]!;
    // Out of the range of exp the rest does not matter, and may be NaN.
    scratch[1] =
      Math.abs(product) < 800 ? productError(y, scratch[0]!, product) + y * scratch[1]! : 0;
    scratch[0] = product;
    takeExp(scratch);
    v[to] = scratch[0]!;
  }
}

/** Computes |x|^|y| in two parts. Each product leaves out less than 2^-102 of it, all together less than |y| 2^-100. */
function advance(v: Float64Array, a: number, b: number, last: LastPower): void {
  const x = Math.abs(v[a]!);
  const n = Math.abs(v[b]!);
  const goesOn = last[base] === x && last[exponent] === n - 1;
  last[base] = x;
  last[exponent] = n;
  last[square] = x;
  last[square + 1] = 0;
  if (goesOn) {
    multiply(last, power, square);
    return;
  }
  last[power] = 1;
  last[rest] = 0;
  for (let left = n; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) {
      multiply(last, power, square);
    }
    multiply(last, square, square);
  }
}

/** Multiplies a number in two parts by another. */
function multiply(numbers: Float64Array, to: number, by: number): void {
  const a = numbers[to]!;
  const b = numbers[by]!;
  const product = a * b;
  const left = productError(a, b, product) + (a * numbers[by + 1]! + numbers[to + 1]! * b);
  const sum = product + left;
  numbers[to] = sum;
  numbers[to + 1] = product - sum + left;
}

/** Where products in two parts are as exact as they are said to be. */
const least = 2 ** -900;
const most = 2 ** 900;

/** Leaves the last power, or 1 by it, in the scratch: rounded. */
function finish(isInverse: boolean, last: LastPower): void {
  let high = last[power]!;
  let low = last[rest]!;
  if (high > least && high < most) {
    if (isInverse) {
      const quotient = 1 / high;
      const product = quotient * high;
      low = (1 - product - productError(quotient, high, product) - quotient * low) / high;
      high = quotient + low;
      low = quotient - high + low;
    }
    const error = high * last[exponent]! * 2 ** -99;
    if (high + (low + error) === high && high + (low - error) === high) {
      scratch[0] = high;
      return;
    }
  }
  finishSlowly(isInverse, last);
}

function finishSlowly(isInverse: boolean, last: LastPower): void {
  scratch[0] = last[base]!;
  takeLog(scratch);
  const size = (isInverse ? -last[exponent]! : last[exponent]!) * scratch[0]!;
  scratch[0] =
    Math.abs(size) < 800
      ? exactPower(last[base]!, last[exponent]!, isInverse)
      : size > 0
        ? Number.POSITIVE_INFINITY
        : 0;
}

const operands = new Float64Array(3);
const shared = newLastPower();

export function powerOf(x: number, y: number, last: LastPower = shared): number {
  operands[0] = x;
  operands[1] = y;
  writePower(operands, 2, 0, 1, last);
  return operands[2]!;
}
