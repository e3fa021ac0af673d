/** Whole powers by whole numbers of any length: slow, and where float64 in two parts cannot tell how to round. */
import { digitsOf, exponentOf, powerOfTwo } from "./bits.ts";

/** A number of about `digits * 2^exponent`, and whether nothing was left out: then it may lie in the middle of two others. */
interface Long {
  readonly digits: bigint;
  readonly exponent: number;
  readonly isExact: boolean;
}

/** Bits that are kept: powers of 2^53 leave out less than 2^-190 of their value. */
const kept = 256;

const bitsOf = (digits: bigint): number => digits.toString(2).length;

function shortened({ digits, exponent, isExact }: Long): Long {
  const excess = bitsOf(digits) - kept;
  if (excess <= 0) {
    return { digits, exponent, isExact };
  }
  const short = digits >> BigInt(excess);
  const isWhole = short << BigInt(excess) === digits;
  return { digits: short, exponent: exponent + excess, isExact: isExact && isWhole };
}

const product = (a: Long, b: Long): Long =>
  shortened({
    digits: a.digits * b.digits,
    exponent: a.exponent + b.exponent,
    isExact: a.isExact && b.isExact,
  });

function inverse({ digits, exponent, isExact }: Long): Long {
  const scale = 3 * kept;
  const quotient = (1n << BigInt(scale)) / digits;
  const isWhole = quotient * digits === 1n << BigInt(scale);
  return shortened({
    digits: quotient,
    exponent: -exponent - scale,
    isExact: isExact && isWhole,
  });
}

/** To the nearest number of float64, of two that are as near to the even one. */
function rounded({ digits, exponent, isExact }: Long): number {
  const last = Math.max(bitsOf(digits) + exponent - 53, -1074);
  const shift = BigInt(Math.max(last - exponent, 0));
  const whole = digits >> shift;
  const twice = (digits - (whole << shift)) * 2n;
  const one = 1n << shift;
  const isUp = twice > one || (twice === one && (!isExact || whole % 2n === 1n));
  const power = exponent + Number(shift);
  const half = power >> 1;
  return Number(isUp ? whole + 1n : whole) * powerOfTwo(half) * powerOfTwo(power - half);
}

/** a^n, or 1 / a^n, rounded correctly; `a` is above 0 and n whole and above 0, and the result is not far out of range. */
export function exactPower(a: number, n: number, isInverse: boolean): number {
  const exponent = Math.max(exponentOf(a), -1022) - 52;
  let square: Long = { digits: digitsOf(a), exponent, isExact: true };
  let power: Long = { digits: 1n, exponent: 0, isExact: true };
  for (let left = n; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) {
      power = product(power, square);
    }
    square = product(square, square);
  }
  return rounded(isInverse ? inverse(power) : power);
}
