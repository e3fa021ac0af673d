/** e^x and e^x - 1 in float32, by reduction to |r| <= ln(2) / 2 and a polynomial. */
import type { Vector, VectorMath } from "./vectorMath.ts";

/** ln(2) in two parts: the first has 9 bits, so its product with a whole number below 2^15 is exact. */
const ln2High = 355 / 512;
const ln2Low = Math.LN2 - ln2High;

/**
 * (e^r - 1 - r) / r^2 for |r| <= ln(2) / 2, interpolated at five Chebyshev nodes: with it, e^r is
 * right to 1.1e-8 of its value, a fifth of what rounding costs, and e^r - 1 to 2.5e-8.
 */
const coefficients = [
  0.5, 0.16666576845994024, 0.04166655443767975, 0.00836320297157468, 0.001392621346698315,
];

/** Below this, e^x is smaller than float32's normal numbers. */
const lowest = -87.33654;
/** Above this, 2^n is out of float32's range. */
const highest = 88;

/** The constants of e^x, to be made before the loop. */
export class Exponential {
  readonly #math: VectorMath;
  readonly #one: Vector;
  readonly #perLn2: Vector;
  readonly #high: Vector;
  readonly #low: Vector;
  readonly #coefficients: readonly Vector[];
  readonly #lowest: Vector;
  readonly #highest: Vector;

  constructor(math: VectorMath) {
    this.#math = math;
    this.#one = math.constant(1);
    this.#perLn2 = math.constant(1 / Math.LN2);
    this.#high = math.constant(ln2High);
    this.#low = math.constant(ln2Low);
    this.#coefficients = coefficients.map((value) => math.constant(value));
    this.#lowest = math.constant(lowest);
    this.#highest = math.constant(highest);
  }

  /** e^x to about 2^-23 of its value; 0 where it is below 1.2e-38, e^88 for all x > 88. */
  of(x: Vector): Vector {
    const { add, andNot, isLess, multiply, min, max } = this.#math;
    const kept = this.#math.keep(x);
    const { power, minusOne } = this.#reduce(max(min(kept, this.#highest), this.#lowest));
    const value = multiply(power, add(minusOne, this.#one));
    return andNot(value, isLess(kept, this.#lowest));
  }

  /** e^x - 1 for 0 <= x <= 88, to about 3 * 2^-24 of its value. */
  minusOne(x: Vector): Vector {
    const { add, subtract, multiply } = this.#math;
    const { power, minusOne } = this.#reduce(x);
    return add(multiply(power, minusOne), subtract(power, this.#one));
  }

  /** With x = n ln(2) + r: 2^n and e^r - 1. */
  #reduce(x: Vector): { power: Vector; minusOne: Vector } {
    const math = this.#math;
    const { add, multiply, subtract } = math;
    const value = math.keep(x);
    const n = math.keep(math.nearest(multiply(value, this.#perLn2)));
    const high = subtract(value, multiply(n, this.#high));
    const r = math.keep(subtract(high, multiply(n, this.#low)));
    const rest = multiply(multiply(r, r), math.polynomial(r, this.#coefficients));
    return { power: math.keep(math.powerOfTwo(n)), minusOne: math.keep(add(r, rest)) };
  }
}
