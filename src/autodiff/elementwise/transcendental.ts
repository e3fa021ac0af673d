/** `exp`, `log`, `sin` and `cos` of lanes: about a unit in the last place of float64 off, and the same bits in every engine. */
import type { Lane, Lanes } from "./lanes.ts";

/** log 2 in two parts: the first has 21 zero bits at its end, so that its products with exponents are exact. */
const logTwo = 0.6931471803691238;
const logTwoRest = 1.9082149292705877e-10;

/** 1 / n! for n from `from` to `to`. */
function inverseFactorials(from: number, to: number): number[] {
  const all = [1];
  for (let n = 1; n <= to; n++) {
    all.push(all[n - 1]! / n);
  }
  return all.slice(from);
}

/** e^x = 2^n e^r, |r| <= log(2) / 2, by the series of e^r; right down to the smallest numbers. */
export function exp(m: Lanes, x: Lane): Lane {
  // Beyond these, all is infinite or 0; NaN stays.
  const within = m.max(m.min(x, m.number(710)), m.number(-746));
  const n = m.round(m.multiply(within, m.number(1 / Math.LN2)));
  const high = m.subtract(within, m.multiply(n, m.number(logTwo)));
  const r = m.subtract(high, m.multiply(n, m.number(logTwoRest)));
  const rest = m.multiply(m.square(r), m.polynomial(r, inverseFactorials(2, 14)));
  const value = m.add(m.number(1), m.add(r, rest));
  // In two steps, since neither 2^1024 nor 2^-1070 is a number that has all its bits.
  const half = m.floor(m.multiply(n, m.number(0.5)));
  const first = m.multiply(value, m.powerOfTwo(half));
  return m.multiply(first, m.powerOfTwo(m.subtract(n, half)));
}

/**
 * log(x) = k log 2 + log(1 + f) for x = 2^k (1 + f), sqrt(1/2) <= 1 + f < sqrt(2), by the series of
 * log(1 + f) = 2 artanh(s), s = f / (2 + f).
 */
export function log(m: Lanes, x: Lane): Lane {
  const isTiny = m.less(x, m.number(2 ** -1022));
  const scaled = m.where(isTiny, m.multiply(x, m.number(2 ** 54)), x);
  // A number's upper bits, as the lowest ones of 2^52: what is above it is the exponent.
  const bits = m.or(m.shift("i64x2.shr_u", scaled, 52), m.number(2 ** 52));
  const exponent = m.subtract(bits, m.number(2 ** 52 + 1023));
  const fraction = m.shift("i64x2.shr_u", m.shift("i64x2.shl", scaled, 12), 12);
  const significand = m.or(fraction, m.number(1));
  const isLarge = m.less(m.number(Math.SQRT2), significand);
  const halved = m.multiply(significand, m.number(0.5));
  const f = m.subtract(m.where(isLarge, halved, significand), m.number(1));
  const shift = m.where(isTiny, m.number(-54), m.number(0));
  const k = m.add(m.add(exponent, shift), m.where(isLarge, m.number(1), m.number(0)));
  const value = m.add(m.multiply(k, m.number(logTwo)), logOf(m, f, k));
  const isBelow = m.less(x, m.number(Infinity));
  const isPositive = m.less(m.number(0), x);
  const isZero = m.equal(x, m.number(0));
  // Infinity and NaN as they are; 0 has -infinity, and what is below it has none.
  const above = m.where(m.and(isPositive, isBelow), value, m.add(x, m.number(0)));
  const below = m.where(isZero, m.number(-Infinity), m.number(NaN));
  return m.where(m.lessOrEqual(x, m.number(0)), below, above);
}

/** log(1 + f) and the rest of k log 2: f - f^2 / 2 + s (f^2 / 2 + R), R = 2 s^2 / 3 + 2 s^4 / 5 + ... */
function logOf(m: Lanes, f: Lane, k: Lane): Lane {
  const s = m.divide(f, m.add(f, m.number(2)));
  const z = m.square(s);
  const series = Array.from({ length: 11 }, (_, i) => 2 / (2 * i + 3));
  const half = m.multiply(m.square(f), m.number(0.5));
  const more = m.multiply(s, m.add(half, m.multiply(z, m.polynomial(z, series))));
  const rest = m.add(more, m.multiply(k, m.number(logTwoRest)));
  return m.subtract(f, m.subtract(half, rest));
}

/** log(1 + x) for x from 0 on, tiny ones as well: what 1 + x lost is given back (Kahan; Goldberg, 1991, theorem 4). */
export function log1p(m: Lanes, x: Lane): Lane {
  const sum = m.add(x, m.number(1));
  const taken = m.subtract(sum, m.number(1));
  const value = m.multiply(log(m, sum), m.divide(x, taken));
  const isTiny = m.equal(taken, m.number(0));
  const isInfinite = m.equal(x, m.number(Infinity));
  return m.where(m.or(isTiny, isInfinite), x, value);
}

/** e^x - 1 for x from 0 on, tiny ones as well: (u - 1) x / log(u) with u = e^x, after Kahan. */
function expm1(m: Lanes, x: Lane): Lane {
  const u = exp(m, x);
  const taken = m.subtract(u, m.number(1));
  const value = m.multiply(taken, m.divide(x, log(m, u)));
  return m.where(m.equal(taken, m.number(0)), x, value);
}

/** 1 / (1 + e^-x) */
export const sigmoid = (m: Lanes, x: Lane): Lane =>
  m.reciprocal(m.add(m.number(1), exp(m, m.negate(x))));

/** tanh(x) = (e^2|x| - 1) / (e^2|x| + 1), with the sign of x. */
export function tanh(m: Lanes, x: Lane): Lane {
  // From 20 on it rounds to 1.
  const twice = m.multiply(m.min(m.abs(x), m.number(20)), m.number(2));
  const less = expm1(m, twice);
  const value = m.divide(less, m.add(less, m.number(2)));
  return m.where(m.less(x, m.number(0)), m.negate(value), value);
}

/** From here on `sin` and `cos` are NaN. */
const farthest = 2 ** 27;

/** π / 2 in four parts; the first three have 26 bits, so that their products with whole numbers below 2^27 are exact. */
const quarters = [
  1.5707963109016418, 1.5893254712295857e-8, 6.123233932053594e-17, 6.36831716351095e-25,
] as const;

/** `a - b - difference`, exactly, where `difference` is the rounded one (Knuth, volume 2, 4.2.2). */
function lost(m: Lanes, a: Lane, b: Lane, difference: Lane): Lane {
  const second = m.subtract(a, difference);
  const first = m.add(difference, second);
  return m.add(m.subtract(a, first), m.subtract(second, b));
}

/** The sine of an angle `more` right angles further. */
function shifted(m: Lanes, x: Lane, more: 0 | 1): Lane {
  const n = m.round(m.multiply(x, m.number(2 / Math.PI)));
  const [p1, p2, p3, p4] = quarters.map((part) => m.multiply(n, m.number(part)));
  const first = m.subtract(x, p1!);
  const second = m.subtract(first, p2!);
  const third = m.subtract(second, p3!);
  const missing = m.add(lost(m, first, p2!, second), lost(m, second, p3!, third));
  const left = m.subtract(missing, p4!);
  const r = m.add(third, left);
  const rest = m.add(m.subtract(third, r), left);
  // n + more modulo 4, and whether it is odd, and 2 or 3.
  const turned = m.add(n, m.number(more));
  const fourth = m.floor(m.multiply(turned, m.number(0.25)));
  const turn = m.subtract(turned, m.multiply(fourth, m.number(4)));
  const half = m.floor(m.multiply(turn, m.number(0.5)));
  const isOdd = m.notEqual(turn, m.add(half, half));
  const value = m.where(isOdd, cosine(m, r, rest), sine(m, r, rest));
  const signed = m.where(m.equal(half, m.number(1)), m.negate(value), value);
  return m.where(m.less(m.abs(x), m.number(farthest)), signed, m.number(NaN));
}

/** The coefficients of a series in r^2 with signs that change, from 1 / from! on. */
const alternating = (from: number, first: 1 | -1): number[] =>
  inverseFactorials(from, from + 14)
    .filter((_, i) => i % 2 === 0)
    .map((value, i) => (i % 2 === 0 ? first * value : -first * value));

/** sin(r + rest), |r| <= π / 4 */
function sine(m: Lanes, r: Lane, rest: Lane): Lane {
  const z = m.square(r);
  const series = m.multiply(m.multiply(r, z), m.polynomial(z, alternating(3, -1)));
  const half = m.multiply(z, m.number(0.5));
  const more = m.add(series, m.multiply(rest, m.subtract(m.number(1), half)));
  return m.add(r, more);
}

/** cos(r + rest), |r| <= π / 4 */
function cosine(m: Lanes, r: Lane, rest: Lane): Lane {
  const z = m.square(r);
  const half = m.multiply(z, m.number(0.5));
  const first = m.subtract(m.number(1), half);
  const lostOfFirst = m.subtract(m.subtract(m.number(1), first), half);
  const series = m.multiply(m.square(z), m.polynomial(z, alternating(4, 1)));
  return m.add(first, m.add(lostOfFirst, m.subtract(series, m.multiply(r, rest))));
}

export const sin = (m: Lanes, x: Lane): Lane => shifted(m, x, 0);
export const cos = (m: Lanes, x: Lane): Lane => shifted(m, x, 1);

/** Whole exponents up to this are powers of products: exact where those are. */
const maxProducts = 63;

/** a^b for a from 0 on and every b, and for a below 0 where b is whole; elsewhere NaN. */
export function power(m: Lanes, a: Lane, b: Lane): Lane {
  const size = exp(m, m.multiply(b, log(m, m.abs(a))));
  const half = m.multiply(b, m.number(0.5));
  const isWhole = m.equal(m.floor(b), b);
  const isEven = m.equal(m.floor(half), half);
  const ofNegative = m.where(isEven, size, m.where(isWhole, m.negate(size), m.number(NaN)));
  const value = m.where(m.less(a, m.number(0)), ofNegative, size);
  const isSmall = m.and(isWhole, m.lessOrEqual(m.abs(b), m.number(maxProducts)));
  // 1^infinity, whose logarithm has no product with it.
  const isOne = m.equal(a, m.number(1));
  return m.where(isOne, m.number(1), m.where(isSmall, wholePower(m, a, b), value));
}

/** a^b for whole b by squaring, a bit of the exponent after the other. */
function wholePower(m: Lanes, a: Lane, b: Lane): Lane {
  let [rest, square, product] = [m.abs(b), a, m.number(1)];
  for (let most = maxProducts; most > 0; most >>= 1) {
    const next = m.floor(m.multiply(rest, m.number(0.5)));
    const isOdd = m.notEqual(rest, m.add(next, next));
    product = m.where(isOdd, m.multiply(product, square), product);
    [rest, square] = [next, m.square(square)];
  }
  return m.where(m.less(b, m.number(0)), m.reciprocal(product), product);
}
