/** `tanh` in float64: less than a unit in the last place off, and the same bits in every engine. */
import { scaled } from "./bits.ts";
import { productError, sumError } from "./doubleDouble.ts";
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
  const n = expParts(scratch);
  const e = scaled(scratch[0]!, n);
  const rest = scaled(scratch[1]!, n);
  const above = e - 1;
  const below = e + 1;
  const aboveRest = sumError(e, -1, above) + rest;
  const belowRest = sumError(e, 1, below) + rest;
  const quotient = above / below;
  const product = quotient * below;
  const left = above - product - productError(quotient, below, product);
  const value = quotient + (left + aboveRest - quotient * belowRest) / below;
  return x < 0 ? -value : value;
}
