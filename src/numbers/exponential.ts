/** `exp` and `log` in float64: less than a unit in the last place off, and the same bits in every engine. */
import { exponentOf, powerOfTwo, significandOf } from "./bits.ts";
import { productError, sumError } from "./doubleDouble.ts";
import { factorialSeries, polynomial } from "./polynomial.ts";

/**
 * A number that is more exact than float64: the sum of a number and a far smaller one. Functions work in place, since a number
 * that a function takes or returns is allocated.
 */
export type Parts = Float64Array;
export const newParts = (): Parts => new Float64Array(2);

/** log 2 in two parts: the first has 21 zero bits at its end, so that its products with exponents are exact. */
const logTwo = 0.6931471803691238;
const logTwoRest = 1.9082149292705877e-10;

const exponentials = factorialSeries(14, 2, 1, 1);

/**
 * exp(x) = 2^n (s + rest), by its series at r, |r| <= log(2) / 2.
 * @param x from -746 to 710; becomes s, from 0.7 to 1.42, and its rest
 * @returns n
 */
export function expParts(x: Parts): number {
  const n = Math.floor(x[0]! * Math.LOG2E + 0.5);
  const first = x[0]! - n * logTwo;
  const taken = n * logTwoRest - x[1]!;
  const r = first - taken;
  const beyond = first - r - taken + r * r * polynomial(exponentials, r);
  const one = 1 + r;
  const rest = 1 - one + r + beyond;
  x[0] = one + rest;
  x[1] = one - x[0] + rest;
  return n;
}

/** Writes exp(x) to its first part; the power of two is applied in two halves, so that the result may be subnormal. */
export function takeExp(x: Parts): void {
  if (x[0]! < 710 && x[0]! > -746) {
    const n = expParts(x);
    const half = n >> 1;
    x[0] = x[0]! * powerOfTwo(half) * powerOfTwo(n - half);
  } else {
    x[0] = x[0]! < 0 ? 0 : x[0]! * Number.POSITIVE_INFINITY;
  }
}

/** 2 / 3 and what it leaves out; 2 / (2 n + 5) are the series' further terms. */
const twoThirds = 0.6666666666666666;
const twoThirdsRest = 3.700743415417188e-17;
const logarithms = Array.from({ length: 12 }, (_, n) => 2 / (2 * n + 5));

/**
 * Writes log(x), to 2^-64 of it, in place of a finite x above 0 without a rest: k log 2 + log(1 + f), 1 + f from sqrt(1/2) to sqrt(2), by
 * log(1 + f) = 2 artanh(s) = 2 s + s^3 (2/3 + 2/5 s^2 + ...) with s = f / (2 + f). The first two terms are taken with their rests.
 */
export function logParts(parts: Parts): void {
  const x = parts[0]!;
  const isTiny = x < 2.2250738585072014e-308;
  const z = isTiny ? x * 18014398509481984 : x;
  const m = significandOf(z);
  const isHigh = m > Math.SQRT2;
  const k = exponentOf(z) - (isTiny ? 54 : 0) + (isHigh ? 1 : 0);
  const f = (isHigh ? m / 2 : m) - 1;
  const divisor = 2 + f;
  const s = f / divisor;
  const product = s * divisor;
  const sRest = (f - product - productError(s, divisor, product) - s * (2 - divisor + f)) / divisor;
  const q = s * s;
  const qRest = productError(s, s, q) + 2 * s * sRest;
  const further = q * polynomial(logarithms, q);
  const factor = twoThirds + further;
  const factorRest = twoThirds - factor + further + twoThirdsRest;
  const square = q * factor;
  const squareRest = productError(q, factor, square) + q * factorRest + qRest * factor;
  const cube = s * square;
  const cubeRest = productError(s, square, cube) + s * squareRest + sRest * square;
  const series = 2 * s + cube;
  const seriesRest = 2 * s - series + cube + (2 * sRest + cubeRest);
  const whole = k * logTwo;
  const sum = whole + series;
  const rest = sumError(whole, series, sum) + (seriesRest + k * logTwoRest);
  parts[0] = sum + rest;
  parts[1] = sum - parts[0] + rest;
}

/** Writes log(x) to its first part. */
export function takeLog(x: Parts): void {
  if (x[0]! > 0 && x[0]! < Number.POSITIVE_INFINITY) {
    logParts(x);
  } else {
    x[0] = x[0] === 0 ? Number.NEGATIVE_INFINITY : x[0]! > 0 ? x[0]! : Number.NaN;
  }
}

const scratch = newParts();

function write(take: (x: Parts) => void, v: Float64Array, to: number, a: number): void {
  scratch[0] = v[a]!;
  scratch[1] = 0;
  take(scratch);
  v[to] = scratch[0]!;
}

/** Writes exp(`v[a]`) to `v[to]`. */
export const writeExp = (v: Float64Array, to: number, a: number): void => write(takeExp, v, to, a);

/** Writes log(`v[a]`) to `v[to]`. */
export const writeLog = (v: Float64Array, to: number, a: number): void => write(takeLog, v, to, a);

export function logOf(x: number): number {
  const number = Float64Array.of(x);
  writeLog(number, 0, 0);
  return number[0]!;
}
