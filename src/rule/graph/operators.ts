/**
 * The operators of a graph: what each takes, what it gives, and its value on the host.
 *
 * These are the few that a compiler has to know. Everything else in the language is written in
 * terms of them (see functions.ts). One that has an entry here needs one in each record of its class:
 * what the compilers make of it (wasm/operators.ts, wasm/library.ts, wgsl/operators.ts).
 */

import { Feature } from "../../feature.ts";
import { exponentOf, powerOfTwo, significandOf } from "../../numbers/bits.ts";
import { writeExp, writeLog } from "../../numbers/exponential.ts";
import { writePower } from "../../numbers/power.ts";
import { newLastPower, writeWholePower } from "../../numbers/wholePower.ts";

/** @inline */
export type ValueType = "number" | "boolean";

/** Writes a result to `v[to]`, of operands at `v[a]`, `v[b]`, `v[c]`. */
export type Write = (v: Float64Array, to: number, a: number, b: number, c: number) => void;

export interface OperatorEntry {
  readonly operands: readonly ValueType[];
  readonly result: ValueType;
  /** Its meaning on the host, in float64; booleans are 1 and 0. In place: nothing is allocated. */
  readonly write: Write;
  /** The same of numbers. */
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

/** Of what is no whole number from -1022 to 1023, what the low bits of its whole part + 1023 make. */
function saturated(x: number): number {
  // The conversion saturates and NaN becomes 0, as WebAssembly's does.
  return Math.min(Math.max(Math.trunc(x), -2147483648), 2147483647) || 0;
}

/** A power that is computed again and again goes on from its last, so that each place has its own. */
export function newPower(): Write {
  const last = newLastPower();
  return (v, to, a, b) => writePower(v, to, a, b, last);
}

/** The same of exponents that are whole numbers. */
export function newWholePower(): Write {
  const last = newLastPower();
  return (v, to, a, b) => writeWholePower(v, to, a, b, last);
}

/** Those that are next to nothing. Each as one statement on an array: a function that returned a number would allocate it. */
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
  // Of float64 only: `exp`, `log` and `power` of elements are made of these (see library.ts).
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

/** What writes one result of an operator that is not basic; each power has its own. */
export const exponentials = new Feature<(operator: ElementOperator) => Write>();

/** For whoever makes programs; of ages there may be powers without. */
export const provideExponentials = (): void =>
  exponentials.provide((operator) =>
    operator === "power" ? newPower() : elementOperators[operator].write,
  );

/** An operator or a function of elements, by its name: `add`, `sqrt`, `where`. */
export type ElementOperator = keyof typeof elementOperators;

/** Of one that was added, which no type knows (compilers/defineOperator.ts). */
export const addOperator = (name: string, added: OperatorEntry): void =>
  void Object.assign(elementOperators, { [name]: added });

/** Those whose elements are computed in float64, by functions that the language itself is used for (library.ts). */
export type LibraryOperator = "exp" | "log" | "power";

/** What such functions are made of besides the others, and nothing else. */
export type BitOperator = "powerOfTwo" | "exponent" | "significand";

export type DirectOperator = Exclude<ElementOperator, LibraryOperator | BitOperator>;

/**
 * Reductions over a tensor, or over all of them. A norm is one of its own and no root of a sum of squares: these overflow
 * or vanish long before it does.
 */
export const reductionOperators = ["sum", "max", "min", "norm"] as const;
/** A reduction by its name. */
export type ReductionOperator = (typeof reductionOperators)[number];

/** Those over the rows or columns of a matrix. */
export type LineOperator = Exclude<ReductionOperator, "norm">;

/** What a reduction of no values is. */
export const identities: Readonly<Record<ReductionOperator, number>> = {
  norm: 0,
  sum: 0,
  max: Number.NEGATIVE_INFINITY,
  min: Number.POSITIVE_INFINITY,
};
