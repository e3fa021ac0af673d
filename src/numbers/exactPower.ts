/** Whole powers by whole numbers of any length: slow, and where float64 in two parts cannot tell how to round. */
import { exponentOf, scaled } from "./bits.ts";

/**
 * A number of about `digits * 2^exponent`. Where something was left out its last digit is 1: since it has 256 of them, it is
 * never taken for a number of float64, nor for the middle of two.
 */
type Long = readonly [digits: bigint, exponent: number];

const bitsOf = (digits: bigint): number => digits.toString(2).length;

/** The whole part of a quotient, marked where there is more. */
function quotient(digits: bigint, divisor: bigint): bigint {
  const whole = digits / divisor;
  return whole * divisor === digits ? whole : whole | 1n;
}

/** It keeps 256 bits: powers of 2^53 leave out less than 2^-190 of their value. */
function product([a, m]: Long, [b, n]: Long): Long {
  const excess = Math.max(bitsOf(a * b) - 256, 0);
  return [quotient(a * b, 1n << BigInt(excess)), m + n + excess];
}

/** To the nearest number of float64, of two that are as near to the even one. */
function rounded(digits: bigint, exponent: number): number {
  const last = Math.max(bitsOf(digits) + exponent - 53, -1074);
  const shift = BigInt(Math.max(last - exponent, 0));
  const whole = digits >> shift;
  const twice = (digits - (whole << shift)) * 2n + (whole & 1n);
  return scaled(Number(twice > 1n << shift ? whole + 1n : whole), exponent + Number(shift));
}

/** a^n, or 1 / a^n, rounded correctly; `a` is above 0 and n whole and above 0, and the result is not far out of range. */
export function exactPower(a: number, n: number, isInverse: boolean): number {
  const last = Math.max(exponentOf(a), -1022) - 52;
  let square: Long = [BigInt(scaled(a, -last)), last];
  let power: Long = [1n, 0];
  for (let left = n; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) {
      power = product(power, square);
    }
    square = product(square, square);
  }
  const [digits, exponent] = power;
  return isInverse
    ? rounded(quotient(1n << 768n, digits), -exponent - 768)
    : rounded(digits, exponent);
}
