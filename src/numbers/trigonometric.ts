/** `sin` and `cos` in float64: less than a unit in the last place off, and the same bits in every engine. */
import { sumError } from "./doubleDouble.ts";

/** π / 2 in three parts; the first two have 33 bits, so that their products with whole numbers below 2^20 are exact. */
const quarter = 1.5707963267341256;
const quarterRest = 6.077100506303966e-11;
const quarterLast = 2.0222662487959506e-21;

/** sin(r + rest), |r| <= π / 4, by x - x³/3! + x⁵/5! - ... */
function sine(r: number, rest: number): number {
  const x = r * r;
  const y = x * x;
  const even = 1 / 6 + y * (1 / 5040 + y * (1 / 39916800 + y * (1 / 1307674368000)));
  const odd = 1 / 120 + y * (1 / 362880 + y * (1 / 6227020800 + y * (1 / 355687428096000)));
  return r + (rest * (1 - x * 0.5) - r * x * (even - x * odd));
}

/** cos(r + rest), by 1 - x²/2! + x⁴/4! - ... */
function cosine(r: number, rest: number): number {
  const x = r * r;
  const y = x * x;
  const even = 1 / 24 + y * (1 / 40320 + y * (1 / 479001600 + y * (1 / 20922789888000)));
  const odd = 1 / 720 + y * (1 / 3628800 + y * (1 / 87178291200 + y * (1 / 6402373705728000)));
  const half = x * 0.5;
  const first = 1 - half;
  return first + (1 - first - half + (y * (even - x * odd) - r * rest));
}

/** The sine of an angle `quarters` right angles further; NaN from 2^20 on, where float64 hardly tells angles apart. */
function shifted(x: number, quarters: number): number {
  if (!(Math.abs(x) < 2 ** 20)) {
    return Number.NaN;
  }
  const n = Math.floor(x * (2 / Math.PI) + 0.5);
  const first = x - n * quarter;
  const taken = n * quarterRest;
  const second = first - taken;
  const left = sumError(first, -taken, second) - n * quarterLast;
  const r = second + left;
  const rest = second - r + left;
  const turned = (n + quarters) & 3;
  const value = turned & 1 ? cosine(r, rest) : sine(r, rest);
  return turned & 2 ? -value : value;
}

export const sin = (x: number): number => shifted(x, 0);
export const cos = (x: number): number => shifted(x, 1);
