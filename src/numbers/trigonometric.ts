/** `sin` and `cos` in float64: less than a unit in the last place off, and the same bits in every engine. */
import { sumError } from "./doubleDouble.ts";
import { newParts, type Parts } from "./exponential.ts";
import { factorialSeries, polynomial } from "./polynomial.ts";

/** π / 2 in three parts; the first two have 33 bits, so that their products with whole numbers below 2^20 are exact. */
const quarter = [1.5707963267341256, 6.077100506303966e-11, 2.0222662487959506e-21] as const;

/** -1/3! + x²/5! - ..., and 1/4! - x²/6! + ... */
const sines = factorialSeries(10, 3, 2, -1).map((term) => -term);
const cosines = factorialSeries(8, 4, 2, -1);

const scratch = newParts();

/** Leaves x - n π / 2, from -π / 4 to π / 4. @returns n */
function reduce(x: number, out: Parts): number {
  const n = Math.floor(x * (2 / Math.PI) + 0.5);
  const first = x - n * quarter[0];
  const taken = n * quarter[1];
  const second = first - taken;
  const last = n * quarter[2];
  const rest = sumError(first, -taken, second) - last;
  out[0] = second + rest;
  out[1] = second - out[0] + rest;
  return n;
}

/** sin(r + rest) */
function sine(r: number, rest: number): number {
  const square = r * r;
  return r + (r * square * polynomial(sines, square) + rest * (1 - square / 2));
}

/** cos(r + rest) */
function cosine(r: number, rest: number): number {
  const square = r * r;
  const first = 1 - square / 2;
  return (
    first + (1 - first - square / 2 + (square * square * polynomial(cosines, square) - r * rest))
  );
}

/** The sine of an angle `quarters` right angles further; NaN from 2^20 on, where float64 hardly tells angles apart. */
function shifted(x: number, quarters: number): number {
  if (!(Math.abs(x) < 2 ** 20)) {
    return Number.NaN;
  }
  const n = reduce(x, scratch) + quarters;
  const half = Math.floor(n / 2);
  const of = n - 2 * half === 0 ? sine : cosine;
  const value = of(scratch[0]!, scratch[1]!);
  return half - 2 * Math.floor(half / 2) === 0 ? value : -value;
}

export const sin = (x: number): number => shifted(x, 0);
export const cos = (x: number): number => shifted(x, 1);
