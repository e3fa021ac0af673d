/** `tanh` in float64: less than a unit in the last place off, and the same bits in every engine. */
import { powerOfTwo } from "./bits.ts";
import { productError, sumError } from "./doubleDouble.ts";
import { expParts, newParts } from "./exponential.ts";

const scratch = newParts();

/** x (1 - w / (1 + w)), w = x² / (3 + x² / (5 + ...)) (Lambert's continued fraction) */
function nearZero(x: number): number {
  const square = x * x;
  let fraction = 0;
  for (let odd = 15; odd >= 3; odd -= 2) {
    fraction = square / (odd + fraction);
  }
  return x - x * (fraction / (1 + fraction));
}

export function tanh(x: number): number {
  const size = Math.abs(x);
  if (size < 0.25) {
    return nearZero(x);
  }
  // (e - 1) / (e + 1), e = exp(2 size); from 20 on it is 1.
  scratch[0] = 2 * Math.min(size, 20);
  scratch[1] = 0;
  const scale = powerOfTwo(expParts(scratch));
  const e = scratch[0]! * scale;
  const rest = scratch[1]! * scale;
  const [above, below] = [e - 1, e + 1];
  const [aboveRest, belowRest] = [sumError(e, -1, above) + rest, sumError(e, 1, below) + rest];
  const quotient = above / below;
  const product = quotient * below;
  const left = above - product - productError(quotient, below, product);
  const value = quotient + (left + aboveRest - quotient * belowRest) / below;
  return x < 0 ? -value : value;
}
