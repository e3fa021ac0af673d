/** Defines the operators and functions of formulas, with their derivatives. */
import type { BinarySymbol } from "gradus/rule";

/** A function of numbers. */
export interface NumberFunction {
  /** Names of its operands, for messages. */
  readonly parameters: readonly string[];
  readonly value: (...operands: number[]) => number;
  /** The derivative by each operand; 0 at a kink or a jump. */
  readonly slopes: readonly ((...operands: number[]) => number)[];
}

const zero = () => 0;

const of = (value: (x: number) => number, slope: (x: number) => number): NumberFunction => ({
  ...{ parameters: ["x"], value, slopes: [slope] },
});

const compared = (holds: (a: number, b: number) => boolean): NumberFunction => ({
  ...{ parameters: ["a", "b"], value: (a, b) => Number(holds(a!, b!)), slopes: [zero, zero] },
});

const binary = (
  value: (a: number, b: number) => number,
  first: (a: number, b: number) => number,
  second: (a: number, b: number) => number,
): NumberFunction => ({
  ...{ parameters: ["a", "b"], value: value as NumberFunction["value"] },
  slopes: [first, second] as NumberFunction["slopes"],
});

export const operators: Readonly<Record<BinarySymbol, NumberFunction>> = {
  "+": binary(
    (a, b) => a + b,
    () => 1,
    () => 1,
  ),
  "-": binary(
    (a, b) => a - b,
    () => 1,
    () => -1,
  ),
  "*": binary(
    (a, b) => a * b,
    (_, b) => b,
    (a) => a,
  ),
  "/": binary(
    (a, b) => a / b,
    (_, b) => 1 / b,
    (a, b) => -a / b / b,
  ),
  // The remainder, with the sign of b.
  "%": binary(
    (a, b) => a - b * Math.floor(a / b),
    () => 1,
    (a, b) => -Math.floor(a / b),
  ),
  "^": binary(
    (a, b) => a ** b,
    (a, b) => b * a ** (b - 1),
    (a, b) => a ** b * Math.log(a),
  ),
  "<": compared((a, b) => a < b),
  "<=": compared((a, b) => a <= b),
  ">": compared((a, b) => a > b),
  ">=": compared((a, b) => a >= b),
  "==": compared((a, b) => a === b),
  "!=": compared((a, b) => a !== b),
};

/** The functions of the rule language on single numbers, and some that only formulas have. */
export const functions: Readonly<Record<string, NumberFunction>> = {
  abs: of(Math.abs, Math.sign),
  acos: of(Math.acos, (x) => -1 / Math.sqrt(1 - x * x)),
  asin: of(Math.asin, (x) => 1 / Math.sqrt(1 - x * x)),
  atan: of(Math.atan, (x) => 1 / (1 + x * x)),
  cbrt: of(Math.cbrt, (x) => 1 / (3 * Math.cbrt(x) ** 2)),
  clamp: {
    parameters: ["x", "low", "high"],
    value: (x, low, high) => Math.min(Math.max(x!, low!), high!),
    slopes: [
      (x, low, high) => Number(x! > low! && x! < high!),
      (x, low, high) => Number(x! <= low! && low! < high!),
      (x, low, high) => Number(Math.max(x!, low!) >= high!),
    ],
  },
  cos: of(Math.cos, (x) => -Math.sin(x)),
  cosh: of(Math.cosh, Math.sinh),
  exp: of(Math.exp, Math.exp),
  expm1: of(Math.expm1, Math.exp),
  floor: of(Math.floor, zero),
  log: of(Math.log, (x) => 1 / x),
  log10: of(Math.log10, (x) => Math.LOG10E / x),
  log1p: of(Math.log1p, (x) => 1 / (1 + x)),
  log2: of(Math.log2, (x) => Math.LOG2E / x),
  max: binary(
    Math.max,
    (a, b) => Number(a >= b),
    (a, b) => Number(a < b),
  ),
  min: binary(
    Math.min,
    (a, b) => Number(a <= b),
    (a, b) => Number(a > b),
  ),
  sign: of(Math.sign, zero),
  sin: of(Math.sin, Math.cos),
  sinh: of(Math.sinh, Math.cosh),
  sqrt: of(Math.sqrt, (x) => 0.5 / Math.sqrt(x)),
  tan: of(Math.tan, (x) => 1 / Math.cos(x) ** 2),
  tanh: of(Math.tanh, (x) => 1 / Math.cosh(x) ** 2),
  where: {
    parameters: ["condition", "a", "b"],
    value: (condition, a, b) => (condition ? a! : b!),
    slopes: [zero, (condition) => Number(condition !== 0), (condition) => Number(condition === 0)],
  },
};

/** Names that stand for numbers. */
export const constants: Readonly<Record<string, number>> = { pi: Math.PI };
