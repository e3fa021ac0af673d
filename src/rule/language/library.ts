/**
 * `exp`, `log` and `power` of elements, written in the rule language over float64, so that every
 * compiler derives the same bits from the same text. In float32 they are computed in float64 and
 * rounded once. In float64 the errors of `exp` and `log` are less than one unit in the last place,
 * that of `power` is at most 1 + 2.6 |y log x| units, since y log x is rounded (accuracy.test.ts).
 */
import { elaborateFunction } from "../graph/elaborate.ts";
import { GraphBuilder, type Node, reachable } from "../graph/graph.ts";
import type { ElementOperator } from "../graph/operators.ts";
import { simplify } from "../graph/simplify.ts";
import { type FunctionEntry, functions } from "./functions.ts";

/** A function of one or two float64 numbers. */
export interface LibraryFunction {
  readonly name: string;
  readonly inputs: readonly string[];
  /** All its nodes, operands first. The inputs are slots named `x` and `y`. */
  readonly nodes: readonly Node[];
  readonly result: Node;
}

const primitive = (operator: ElementOperator): FunctionEntry => ({
  parameters: ["x"],
  build: (graph, x) => graph.element(operator, x!),
});

const known: Readonly<Record<string, FunctionEntry>> = {
  ...functions,
  powerOfTwo: primitive("powerOfTwo"),
  exponent: primitive("exponent"),
  significand: primitive("significand"),
};

/** a0 + z * (a1 + z * (...)) */
const horner = (variable: string, coefficients: readonly number[]): string =>
  coefficients.reduceRight((rest, a) => (rest ? `${a} + ${variable} * (${rest})` : `${a}`), "");

const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));
const upTo = (count: number, value: (index: number) => number): number[] =>
  Array.from({ length: count }, (_, index) => value(index));

// log 2 in two parts. The first ends with 21 zero bits, so that its whole multiples are exact.
const logTwo = "0.6931471803691238";
const logTwoRest = "1.9082149292705877e-10";

const texts = {
  // exp(x) = 2^n exp(r), |r| <= log(2) / 2; the series' rest is below 2^-57. The power of two is
  // applied in two halves, so that the result may be subnormal.
  exp: `
    z = clamp(x, -1000, 1000)
    n = floor(z * 1.4426950408889634 + 0.5)
    r = (z - n * ${logTwo}) - n * ${logTwoRest}
    s = 1 + (r + r * r * (${horner(
      "r",
      upTo(13, (i) => 1 / factorial(i + 2)),
    )}))
    half = floor(n * 0.5)
    y = s * powerOfTwo(half) * powerOfTwo(n - half)`,
  // log(x) = k log 2 + log(1 + f), 1 + f in [sqrt(1/2), sqrt(2)], by
  // log(1 + f) = 2 artanh(s) = f - (f^2 / 2 - s * (f^2 / 2 + R)) with s = f / (2 + f).
  log: `
    tiny = x < 2.2250738585072014e-308
    z = where(tiny, x * 18014398509481984, x)
    m = significand(z)
    e = exponent(z) - where(tiny, 54, 0)
    high = m > 1.4142135623730951
    f = where(high, m * 0.5, m) - 1
    k = where(high, e + 1, e)
    s = f / (2 + f)
    q = s * s
    h = 0.5 * f * f
    R = q * (${horner(
      "q",
      upTo(11, (i) => 2 / (2 * i + 3)),
    )})
    finite = k * ${logTwo} - ((h - (s * (h + R) + k * ${logTwoRest})) - f)
    other = where(x == 0, -1 / 0, (x - x) / (x - x))
    y = where(x > 0, where(x <= 1.7976931348623157e308, finite, x), other)`,
  // For a negative x, -0 included, the exponent decides the sign. If the exponent is not whole, only
  // -0 and -infinity have a value: x + x == x holds for these two (and for 0 and infinity).
  power: `
    whole = floor(y) == y
    odd = y - 2 * floor(y * 0.5) == 1
    r = exp(y * log(abs(x)))
    unsigned = where(x + x == x, r, (y - y) / 0)
    negative = where(whole, where(odd, -r, r), unsigned)
    z = where(y == 0, 1, where(min(x, 1 / x) < 0, negative, r))`,
} as const;

export type LibraryName = keyof typeof texts;

const built = new Map<string, LibraryFunction>();

/** A function from its text, built when it is first needed. */
export function functionOf(
  name: string,
  text: string,
  inputs: readonly string[] = ["x"],
): LibraryFunction {
  let entry = built.get(name);
  if (entry === undefined) {
    const graph = new GraphBuilder();
    const names = new Map(inputs.map((input) => [input, graph.slot(input, "element")]));
    const written = elaborateFunction(name, text, graph, names, known);
    const [store] = simplify([{ slot: "result", value: written }], new Map());
    const result = store!.value;
    entry = { name, inputs, nodes: reachable([result]), result };
    built.set(name, entry);
  }
  return entry;
}

export const libraryFunction = (name: LibraryName): LibraryFunction =>
  functionOf(name, texts[name], name === "power" ? ["x", "y"] : ["x"]);

/** Whether an operator is one of these functions. */
export function isLibrary(operator: string): operator is LibraryName {
  return Object.hasOwn(texts, operator);
}
