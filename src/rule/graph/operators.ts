/**
 * The operators of a graph: operands, result, and value on the host.
 *
 * Compilers have to know only these few. Everything else in the language is written in terms of them
 * (see functions.ts). An operator that is added here also needs an entry in the compilers' tables
 * (wasm/operators.ts, wasm/library.ts, wgsl/operators.ts).
 */

import { Feature } from "../../feature.ts";
import { exponentOf, powerOfTwo, significandOf } from "../../numbers/bits.ts";
import { writeExp, writeLog } from "../../numbers/exponential.ts";
import { writePower } from "../../numbers/power.ts";
import { newLastPower, writeWholePower } from "../../numbers/wholePower.ts";

/** @inline */
export type ValueType = "number" | "boolean";

/** Writes the result for operands at `v[a]`, `v[b]`, `v[c]` to `v[to]`. */
export type Write = (v: Float64Array, to: number, a: number, b: number, c: number) => void;

export interface OperatorEntry {
  readonly operands: readonly ValueType[];
  readonly result: ValueType;
  /** Its value on the host, in float64; booleans are 1 and 0. It works in place, so that nothing is allocated. */
  readonly write: Write;
  /** The same as a function of numbers. */
  readonly evaluate: (a: number, b: number, c: number) => number;
}

const scratch = new Float64Array(4);

function entry(
  operands: readonly ValueType[],
  result: ValueType,
  write: OperatorEntry["write"],
): OperatorEntry {
  const evaluate = (a: number, b: number, c: number): number => {
    scratch[0] = a;
    scratch[1] = b;
    scratch[2] = c;
    write(scratch, 3, 0, 1, 2);
    return scratch[3]!;
  };
  return { operands, result, write, evaluate };
}

const unary = (write: Write) => entry(["number"], "number", write);
const binary = (write: Write) => entry(["number", "number"], "number", write);
const comparison = (write: Write) => entry(["number", "number"], "boolean", write);

/** Converts x for `powerOfTwo`: if x is not a whole number from -1022 to 1023, the low bits of its whole part + 1023 count. */
function saturated(x: number): number {
  // The conversion saturates and NaN becomes 0, as WebAssembly's does.
  return Math.min(Math.max(Math.trunc(x), -2147483648), 2147483647) || 0;
}

/** A power that is computed step after step continues from the last one, so each place in a rule has its own function. */
export function newPower(): Write {
  const last = newLastPower();
  return (v, to, a, b) => writePower(v, to, a, b, last);
}

/** The same for exponents that are whole numbers. */
export function newWholePower(): Write {
  const last = newLastPower();
  return (v, to, a, b) => writeWholePower(v, to, a, b, last);
}

/** The cheap operators. Each is one statement on an array: a function that returned a number would allocate it. */
export const basicOperators = {
  add: binary((v, to, a, b) => void (v[to] = v[a]! + v[b]!)),
  subtract: binary((v, to, a, b) => void (v[to] = v[a]! - v[b]!)),
  multiply: binary((v, to, a, b) => void (v[to] = v[a]! * v[b]!)),
  divide: binary((v, to, a, b) => void (v[to] = v[a]! / v[b]!)),
  negate: unary((v, to, a) => void (v[to] = -v[a]!)),
  abs: unary((v, to, a) => void (v[to] = Math.abs(v[a]!))),
  sqrt: unary((v, to, a) => void (v[to] = Math.sqrt(v[a]!))),
  floor: unary((v, to, a) => void (v[to] = Math.floor(v[a]!))),
  min: binary((v, to, a, b) => void (v[to] = Math.min(v[a]!, v[b]!))),
  max: binary((v, to, a, b) => void (v[to] = Math.max(v[a]!, v[b]!))),
  less: comparison((v, to, a, b) => void (v[to] = Number(v[a]! < v[b]!))),
  lessOrEqual: comparison((v, to, a, b) => void (v[to] = Number(v[a]! <= v[b]!))),
  equal: comparison((v, to, a, b) => void (v[to] = Number(v[a]! === v[b]!))),
  notEqual: comparison((v, to, a, b) => void (v[to] = Number(v[a]! !== v[b]!))),
  select: entry(
    ["boolean", "number", "number"],
    "number",
    (v, to, a, b, c) => void (v[to] = v[a] !== 0 ? v[b]! : v[c]!),
  ),
  // For float64 only: `exp`, `log` and `power` of elements are written with these (see library.ts).
  powerOfTwo: unary((v, to, a) => void (v[to] = powerOfTwo(saturated(v[a]!)))),
  exponent: unary((v, to, a) => void (v[to] = exponentOf(v[a]!))),
  significand: unary((v, to, a) => void (v[to] = significandOf(v[a]!))),
} as const satisfies Record<string, OperatorEntry>;

export const isBasic = (operator: string): operator is keyof typeof basicOperators =>
  Object.hasOwn(basicOperators, operator);

export const elementOperators = {
  ...basicOperators,
  exp: unary(writeExp),
  log: unary(writeLog),
  power: binary(newPower()),
} as const satisfies Record<string, OperatorEntry>;

/** Makes the function that writes results of an operator that is not basic. Each power gets its own. */
export const exponentials = new Feature<(operator: ElementOperator) => Write>();

/** Called wherever programs are made. Without it, only the basic operators can run on the host. */
export const provideExponentials = (): void =>
  exponentials.provide((operator) =>
    operator === "power" ? newPower() : elementOperators[operator].write,
  );

/** The name of an operator or a function of elements: `add`, `sqrt`, `where`. */
export type ElementOperator = keyof typeof elementOperators;

/** Adds an operator that the types do not know (compilers/defineOperator.ts). */
export const addOperator = (name: string, added: OperatorEntry): void =>
  void Object.assign(elementOperators, { [name]: added });

/** Operators whose elements are computed in float64, by functions in the rule language (library.ts). */
export type LibraryOperator = "exp" | "log" | "power";

/** Operators that only these functions use. */
export type BitOperator = "powerOfTwo" | "exponent" | "significand";

export type DirectOperator = Exclude<ElementOperator, LibraryOperator | BitOperator>;

/**
 * Reductions over a tensor, or over all of them. A norm is a reduction of its own, not the root of a sum of squares, because
 * such a sum overflows or vanishes long before the norm does.
 */
export const reductionOperators = ["sum", "max", "min", "norm"] as const;
/** A reduction by its name. */
export type ReductionOperator = (typeof reductionOperators)[number];

/** Reductions over the rows or columns of a matrix. */
export type LineOperator = Exclude<ReductionOperator, "norm">;

/** The results of reductions of no values. */
export const identities: Readonly<Record<ReductionOperator, number>> = {
  norm: 0,
  sum: 0,
  max: Number.NEGATIVE_INFINITY,
  min: Number.POSITIVE_INFINITY,
};
