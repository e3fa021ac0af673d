/** The normal distribution's quantile function, in the rule language over float64. */
import { functionOf, type LibraryFunction } from "../language/library.ts";

/** a0 + z * (a1 + z * (...)) */
const horner = (variable: string, coefficients: readonly number[]): string =>
  coefficients.reduceRight((rest, a) => (rest ? `${a} + ${variable} * (${rest})` : `${a}`), "");

const ratio = (
  variable: string,
  numerator: readonly number[],
  denominator: readonly number[],
): string => `(${horner(variable, numerator)}) / (${horner(variable, denominator)})`;

const middle = ratio(
  "a",
  [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.693765509461,
    45921.95393154987, 67265.7709270087, 33430.57558358813, 2509.0809287301227,
  ],
  [
    1, 42.31333070160091, 687.1870074920579, 5394.1960214247511, 21213.794301586597,
    39307.89580009271, 28729.085735721943, 5226.495278852855,
  ],
);

const tail = ratio(
  "b",
  [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045,
    1.2704582524523684, 0.2417807251774506, 0.022723844989269184, 7.745450142783414e-4,
  ],
  [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008,
    0.015198666563616457, 5.475938084995345e-4, 1.0507500716444169e-9,
  ],
);

const farTail = ratio(
  "c",
  [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487,
    0.026532189526576124, 0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7,
  ],
  [
    1, 0.5998322065558879, 0.1369298809227358, 0.014875361290850615, 7.868691311456133e-4,
    1.8463183175100548e-5, 1.4215117583164459e-7, 2.0442631033899397e-15,
  ],
);

/**
 * From `x` in (0, 1) to `y`: a standard normal variable is at most y with probability x.
 *
 * Wichura, 1988, "Algorithm AS 241: The Percentage Points of the Normal Distribution", Applied
 * Statistics 37(3), PPND16: the coefficients, and about 1 in 10^16.
 */
export const normalQuantile = `
    q = x - 0.5
    a = 0.180625 - q * q
    r = sqrt(-log(min(x, 1 - x)))
    b = r - 1.6
    c = r - 5
    outside = where(r <= 5, ${tail}, ${farTail})
    y = where(abs(q) <= 0.425, q * (${middle}), where(q < 0, -outside, outside))`;

export const quantileFunction = (): LibraryFunction => functionOf("normalQuantile", normalQuantile);
