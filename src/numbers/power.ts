/** `x ** y` in float64, with the same bits in every engine: whole powers rounded correctly, others less than a unit off. */
import { scaled } from "./bits.ts";
import { firstHalf, productError } from "./doubleDouble.ts";
import { exactPower } from "./exactPower.ts";
import { logParts, newParts, takeExp } from "./exponential.ts";

/**
 * What a place that computes powers keeps: the last one of a whole exponent, which may be asked for again, and from which
 * the next exponent's is one product; or the logarithm of the last base. It makes no other bits, since powers of whole exponents are
 * rounded correctly. In place, since a number that a function takes or returns is allocated.
 */
export type LastPower = Float64Array;
export const newLastPower = (): LastPower => new Float64Array(8);

/**
 * Of the last power: base, exponent, and itself in three numbers; then the base's power of 2^k in three. They stand for
 * (first + second) * 2^third, where the first is from 1e-144 to 1e144, so that products are as exact as they are said to be.
 */
const [base, exponent, power, square] = [0, 1, 2, 5] as const;

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
  const isWhole = Math.floor(y) === y;
  if (y === 1) {
    v[to] = x;
  } else if (y === 0 || x === 0 || !Number.isFinite(x - x + y) || (x < 0 && !isWhole)) {
    // The language says what these are, to the bit.
    v[to] = x ** y;
  } else if (isWhole) {
    advance(v, a, b, last);
    finish(y < 0, last);
    v[to] = x < 0 && Math.abs(y) % 2 === 1 ? -scratch[0]! : scratch[0]!;
  } else if (y === 0.5) {
    v[to] = Math.sqrt(x);
  } else {
    // The exponent says that the logarithm is kept in place of a power.
    if (last[base] !== x || last[exponent] !== -1) {
      last[base] = x;
      last[exponent] = -1;
      last[power] = x;
      logParts(last, power);
    }
    const log = last[power]!;
    // y log(x), whose halves have exact products: y is no whole number, so below 2^52.
    const high = firstHalf(y);
    const highLog = firstHalf(log);
    scratch[1] = (y - high) * highLog + y * (log - highLog + last[power + 1]!);
    scratch[0] = high * highLog;
    takeExp(scratch);
    v[to] = scratch[0]!;
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

/** As `writePower`; a place that computes powers again and again keeps its last one. */
export function powerOf(x: number, y: number, last: LastPower = shared): number {
  // The exponent of most schedules: small enough to become part of the caller's code.
  if (y === 1) {
    return x;
  }
  operands[0] = x;
  operands[1] = y;
  writePower(operands, 2, 0, 1, last);
  return operands[2]!;
}

const operands = /* @__PURE__ */ new Float64Array(3);
const shared = /* @__PURE__ */ newLastPower();
