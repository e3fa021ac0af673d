/** Quantiles of Student's t distribution, for confidence intervals. */
import { MinimizeError } from "../errors.ts";

/**
 * The t of a two-sided interval: an interval of t standard errors to each side of an estimate contains the true value with a
 * probability of `level`. It is the quantile at `(1 + level) / 2`.
 *
 * The probability is a finite sum (Abramowitz and Stegun, 26.7.3 and 26.7.4) of positive terms, so nothing cancels. Bisection
 * inverts it. With many degrees of freedom, the expansion around the normal distribution is used (26.7.5): its next term is then
 * smaller than rounding.
 *
 * @param level between 0 and 1, such as 0.95
 * @param freedom degrees of freedom, a positive whole number, or `Infinity` for the normal distribution
 * @throws {MinimizeError} if an argument is out of range
 * @example
 * studentT(0.95, 4); // 2.776445: 95 % of 4 degrees of freedom
 * studentT(0.95, Infinity); // 1.959964: of the normal distribution
 */
export function studentT(level: number, freedom: number): number {
  if (!(level > 0 && level < 1)) {
    throw new MinimizeError(`studentT: the level must be between 0 and 1, not ${level}`);
  }
  const isWhole = Number.isInteger(freedom) || freedom === Number.POSITIVE_INFINITY;
  if (!(isWhole && freedom > 0)) {
    throw new MinimizeError(
      `studentT: the degrees of freedom must be a positive whole number, not ${freedom}`,
    );
  }
  if (freedom === Number.POSITIVE_INFINITY) {
    return halved((z) => normalProbability(z) < level, 0, 40);
  }
  if (freedom > manyFreedoms) return expanded(studentT(level, Number.POSITIVE_INFINITY), freedom);
  const angle = halved((each) => probability(each, freedom) < level, 0, Math.PI / 2);
  return Math.sqrt(freedom) * Math.tan(angle);
}

const manyFreedoms = 10_000;

/** Computes t from the normal quantile z. */
function expanded(z: number, freedom: number): number {
  const square = z * z;
  const terms = [
    (square + 1) / 4,
    ((5 * square + 16) * square + 3) / 96,
    (((3 * square + 19) * square + 17) * square - 15) / 384,
    ((((79 * square + 776) * square + 1482) * square - 1920) * square - 945) / 92160,
  ];
  return z * terms.reduce((sum, term, k) => sum + term / freedom ** (k + 1), 1);
}

/** Bisects for the number at which a condition stops being true, to the last bit. */
function halved(holds: (x: number) => boolean, from: number, to: number): number {
  let [low, high] = [from, to];
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (holds(middle)) low = middle;
    else high = middle;
  }
}

/** The probability of `|t| < √freedom tan(angle)`. */
function probability(angle: number, freedom: number): number {
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const square = cosine ** 2;
  const isOdd = freedom % 2 === 1;
  let term = isOdd ? cosine : 1;
  let total = freedom === 1 ? 0 : term;
  for (let k = isOdd ? 3 : 2; k < freedom; k += 2) {
    term *= (square * (k - 1)) / k;
    total += term;
  }
  return isOdd ? (2 / Math.PI) * (angle + sine * total) : sine * total;
}

/** The probability of `|z| < x` for a normal z: the series of the error function, Abramowitz and Stegun 7.1.6. */
function normalProbability(x: number): number {
  let term = x;
  let total = x;
  for (let k = 3; term > total * 1e-17; k += 2) {
    term *= (x * x) / k;
    total += term;
  }
  return Math.min(1, Math.sqrt(2 / Math.PI) * Math.exp((-x * x) / 2) * total);
}
