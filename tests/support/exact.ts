/**
 * Computes exp, log, power, sin, cos and tanh to 300 bits, in whole numbers, as a reference for the library's functions. A value
 * is
 * `digits * 2^(exponent - precision)`.
 */
const precision = 300n;
const one = 1n << precision;

interface Exact {
  readonly digits: bigint;
  readonly exponent: bigint;
}

/** A finite number as a whole number times a power of two. */
export function decompose(x: number): { whole: bigint; power: bigint } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const biased = (bits >> 52n) & 0x7ffn;
  const fraction = bits & 0xfffffffffffffn;
  const whole = biased === 0n ? fraction : fraction | (1n << 52n);
  return { whole: bits >> 63n ? -whole : whole, power: (biased || 1n) - 1075n };
}

const shift = (value: bigint, by: bigint): bigint => (by >= 0n ? value << by : value >> -by);

function fixed(x: number): bigint {
  const { whole, power } = decompose(x);
  return shift(whole, precision + power);
}

/** 2 artanh(x) of a fixed-point number. */
function twiceArtanh(x: bigint): bigint {
  const square = (x * x) >> precision;
  let sum = 0n;
  let term = x;
  for (let n = 1n; term !== 0n && term !== -1n; n += 2n) {
    sum += term / n;
    term = (term * square) >> precision;
  }
  return 2n * sum;
}

const logTwo = twiceArtanh(one / 3n);

/** exp of a fixed-point number. */
function expFixed(x: bigint): Exact {
  const count = (x + (logTwo >> 1n)) / logTwo - (x + (logTwo >> 1n) < 0n ? 1n : 0n);
  const rest = x - count * logTwo;
  let sum = one;
  let term = one;
  for (let n = 1n; term !== 0n && term !== -1n; n += 1n) {
    term = ((term * rest) >> precision) / n;
    sum += term;
  }
  return { digits: sum, exponent: count };
}

/** log of a positive number, in fixed point. */
function logFixed(x: number): bigint {
  const { whole, power } = decompose(x);
  const length = BigInt(whole.toString(2).length);
  // whole = m * 2^(length - 1), 1 <= m < 2; above 4/3, half of it is closer to 1.
  let m = shift(whole, precision - length + 1n);
  let count = power + length - 1n;
  if (3n * m > 4n * one) {
    m >>= 1n;
    count += 1n;
  }
  return count * logTwo + twiceArtanh(((m - one) << precision) / (m + one));
}

export const exactExp = (x: number): Exact => expFixed(fixed(x));

export const exactLog = (x: number): Exact => ({ digits: logFixed(x), exponent: 0n });

/** x^y of a positive x. */
export function exactPower(x: number, y: number): Exact {
  const { whole, power } = decompose(y);
  return expFixed(shift(logFixed(x) * whole, power));
}

/** A series in x in which each term is the previous one times `-square / (n + 1) / (n + 2)`. */
function alternating(first: bigint, from: bigint, square: bigint): bigint {
  let sum = 0n;
  let term = first;
  for (let n = from; term !== 0n && term !== -1n; n += 2n) {
    sum += term;
    term = -((term * square) >> precision) / ((n + 1n) * (n + 2n));
  }
  return sum;
}

/** For angles up to some right angles: the series itself, whose largest term is not much larger than the result. */
export function exactSin(x: number): Exact {
  const angle = fixed(x);
  return { digits: alternating(angle, 1n, (angle * angle) >> precision), exponent: 0n };
}

export function exactCos(x: number): Exact {
  const angle = fixed(x);
  return { digits: alternating(one, 0n, (angle * angle) >> precision), exponent: 0n };
}

/** (e - 1) / (e + 1), e = exp(2 x) */
export function exactTanh(x: number): Exact {
  const { digits, exponent } = expFixed(2n * fixed(x));
  const e = shift(digits, exponent);
  return { digits: ((e - one) << precision) / (e + one), exponent: 0n };
}

/** The distance of a number from an exact value, in units in the last place of a format at the exact value. */
export function distanceInUlp(
  found: number,
  { digits, exponent }: Exact,
  format: { readonly bits: number; readonly least: number } = float64,
): number {
  if (digits === 0n) {
    return found === 0 ? 0 : Number.POSITIVE_INFINITY;
  }
  const length = (digits < 0n ? -digits : digits).toString(2).length;
  const top = BigInt(length) - 1n + exponent - precision;
  const normal = top - BigInt(format.bits - 1);
  const ulp = normal > BigInt(format.least) ? normal : BigInt(format.least);
  if (!Number.isFinite(found)) {
    // Overflow is right if the exact value rounds to a power of two beyond the largest number.
    return top >= BigInt(format.bits === 24 ? 128 : 1024) ? 0 : Number.POSITIVE_INFINITY;
  }
  const { whole, power } = decompose(found);
  const grain = 40n;
  const exact = shift(digits, exponent - precision - ulp + grain);
  return Math.abs(Number(shift(whole, power - ulp + grain) - exact)) / 2 ** Number(grain);
}

export const float64 = { bits: 53, least: -1074 };
export const float32 = { bits: 24, least: -149 };
