/**
 * `exp` and `log` in float64: less than a unit in the last place off, and the same bits in every engine. By tables and short series,
 * as `pow` of the ARM Optimized Routines by Szabolcs Nagy (github.com/ARM-software/optimized-routines, math/pow.c), whose
 * tables are constants: here an entry is computed when it is first needed, to 2^-90.
 */
import { scaled, shiftToOne } from "./bits.ts";
import { fixedExp, fixedLog, writeParts } from "./fixedPoint.ts";

/**
 * A number that is more exact than float64: the sum of a number and a far smaller one. Functions work in place, since a number
 * that a function takes or returns is allocated.
 */
export type Parts = Float64Array;
export const newParts = (): Parts => new Float64Array(2);

/** log 2 in two parts: the first has 21 zero bits at its end, so that its products with whole numbers are exact. */
const logTwo = 0.6931471803691238;
const logTwoRest = 1.9082149292705877e-10;

/** Of each n, 2^(n / 128) in two parts. */
const exponentials = new Float64Array(2 * 128);

function enterExponential(n: number): void {
  writeParts(exponentials, 2 * n, fixedExp((fixedLog(2, 1) * BigInt(n)) / 128n), 76n);
}

/**
 * exp(x) = 2^(k / 128) exp(r) = 2^n (s + rest), |r| <= log(2) / 256.
 * @param x from -1000 to 1000; becomes s, from 0.99 to 2, and its rest
 * @returns n
 */
export function expParts(x: Parts): number {
  const k = Math.floor(x[0]! * (128 / Math.LN2) + 0.5);
  const r = x[0]! - k * (logTwo / 128) - (k * (logTwoRest / 128) - x[1]!);
  const entry = k & 127;
  if (exponentials[2 * entry] === 0) {
    enterExponential(entry);
  }
  const power = exponentials[2 * entry]!;
  const series = r + r * r * (1 / 2 + r * (1 / 6) + r * r * (1 / 24 + r * (1 / 120)));
  const rest = exponentials[2 * entry + 1]! + power * series;
  x[0] = power + rest;
  x[1] = power - x[0] + rest;
  return k >> 7;
}

/** Writes exp(x) to its first part. */
export function takeExp(x: Parts): void {
  if (Math.abs(x[0]!) < 1000) {
    const n = expParts(x);
    x[0] = scaled(x[0]!, n);
  } else {
    x[0] = x[0]! < 0 ? 0 : x[0]! / 0;
  }
}

/** Of each n: c of 10 bits, about 128 / n; and -log(c) in two parts, the first a multiple of 2^-42. */
const logarithms = new Float64Array(3 * 182);

function enterLogarithm(n: number): void {
  const c = Math.round(2 ** 16 / n);
  logarithms[3 * n] = c / 512;
  writeParts(logarithms, 3 * n + 1, fixedLog(512, c), 86n);
}

/** Numbers of about 1 are rounded to 21 bits by adding and subtracting it. */
const rounder = 1.5 * 2 ** 32;

/**
 * Writes log(x), to 2^-64 of it, in place of a finite x above 0 and what stands behind it: log(1 + r) - log(c) - k log(2), where m = 2^k x,
 * 1 + r = c m with the entry's c for m, |r| < 0.007. Of m = high + low the first sums are exact, and so is the square of r's first part.
 */
export function logParts(v: Float64Array, at: number): void {
  const x = v[at]!;
  const isTiny = x < 2 ** -1022;
  const z = isTiny ? x * 2 ** 54 : x;
  const shift = shiftToOne(z);
  const k = isTiny ? shift + 54 : shift;
  const m = scaled(z, shift);
  const entry = Math.floor(m * 128 + 0.5);
  if (logarithms[3 * entry] === 0) {
    enterLogarithm(entry);
  }
  const c = logarithms[3 * entry]!;
  const high = m + rounder - rounder;
  const first = high * c - 1;
  const second = (m - high) * c;
  const r = first + second;
  const sum = logarithms[3 * entry + 1]! - k * logTwo + first;
  const more = sum + second;
  const half = (first * first) / 2;
  const less = more - half;
  const square = r * r;
  const series =
    1 / 3 - r / 4 + square * (1 / 5 - r * (1 / 6) + square * (1 / 7 - r / 8 + square * (1 / 9)));
  const rest =
    sum -
    more +
    second +
    (more - less - half) +
    (logarithms[3 * entry + 2]! -
      k * logTwoRest -
      (second * (first + r)) / 2 +
      r * square * series);
  v[at] = less + rest;
  v[at + 1] = less - v[at]! + rest;
}

const scratch = newParts();

/** Writes exp(`v[a]`) to `v[to]`. */
export function writeExp(v: Float64Array, to: number, a: number): void {
  scratch[0] = v[a]!;
  scratch[1] = 0;
  takeExp(scratch);
  v[to] = scratch[0]!;
}

/** Writes log(`v[a]`) to `v[to]`. */
export function writeLog(v: Float64Array, to: number, a: number): void {
  const x = v[a]!;
  if (x > 0 && Number.isFinite(x)) {
    scratch[0] = x;
    logParts(scratch, 0);
    v[to] = scratch[0]!;
  } else {
    // The language says what these are, to the bit.
    v[to] = Math.log(x);
  }
}

export function logOf(x: number): number {
  const number = Float64Array.of(x);
  writeLog(number, 0, 0);
  return number[0]!;
}
