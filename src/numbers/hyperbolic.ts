/** `tanh` in float64: less than a unit in the last place off, and the same bits in every engine. */
import { scaled } from "./bits.ts";
import { firstHalf } from "./doubleDouble.ts";
import { expParts, newParts } from "./exponential.ts";

const scratch = newParts();

/** x - x³/3 + 2x⁵/15 - ..., |x| < 1/16 */
function nearZero(x: number): number {
  const y = x * x;
  const series =
    1 / 3 -
    y * (2 / 15 - y * (17 / 315 - y * (62 / 2835 - y * (1382 / 155925 - y * (21844 / 6081075)))));
  return x - x * y * series;
}

export function tanh(x: number): number {
  const size = Math.abs(x);
  if (size < 1 / 16) {
    return nearZero(x);
  }
  // (e - 1) / (e + 1), e = exp(2 size); from 20 on it is 1.
  scratch[0] = 2 * Math.min(size, 20);
  scratch[1] = 0;
  const scale = scaled(1, expParts(scratch));
  const e = scratch[0]! * scale;
  const rest = scratch[1]! * scale;
  const above = e - 1;
  const below = e + 1;
  const aboveRest = e - above - 1 + rest;
  const belowRest = e - below + 1 + rest;
  const inverse = 1 / below;
  // Of the first half of the quotient products are exact, so that what is left is too.
  const quotient = firstHalf(above * inverse);
  const highBelow = firstHalf(below);
  const left = above - quotient * highBelow - quotient * (below - highBelow);
  const value = quotient + (left + (aboveRest - quotient * belowRest)) * inverse;
  return x < 0 ? -value : value;
}
