/**
 * The operators of a graph: what each takes, what it gives, and its value on the host.
 *
 * These are the few that a compiler has to know. Everything else in the language is written in
 * terms of them (see functions.ts).
 */

export type ValueType = "number" | "boolean";

export interface OperatorEntry {
  readonly operands: readonly ValueType[];
  readonly result: ValueType;
  /** Its value in float64; booleans are 1 and 0. Undefined where only a kernel can say. */
  readonly evaluate: (a: number, b: number, c: number) => number;
}

const numeric = (count: number, evaluate: OperatorEntry["evaluate"]): OperatorEntry => ({
  operands: Array.from({ length: count }, () => "number" as const),
  result: "number",
  evaluate,
});
const comparison = (evaluate: (a: number, b: number) => boolean): OperatorEntry => ({
  operands: ["number", "number"],
  result: "boolean",
  evaluate: (a, b) => (evaluate(a, b) ? 1 : 0),
});

const bits = new DataView(new ArrayBuffer(8));

/** 2^n for a whole n from -1022 to 1023; of others, what the low bits of n + 1023 make. */
function powerOfTwo(n: number): number {
  // The conversion saturates and NaN becomes 0, as WebAssembly's does.
  const whole = Number.isNaN(n) ? 0 : Math.min(Math.max(Math.trunc(n), -2147483648), 2147483647);
  bits.setUint32(0, (whole + 1023) << 20);
  bits.setUint32(4, 0);
  return bits.getFloat64(0);
}

/** The unbiased exponent in the bits of x: of 2^e * 1.f, e; sign and subnormals are not looked at. */
function exponent(x: number): number {
  bits.setFloat64(0, x);
  return ((bits.getUint32(0) >>> 20) & 0x7ff) - 1023;
}

/** The 1.f in the bits of x = 2^e * 1.f, without the sign. */
function significand(x: number): number {
  bits.setFloat64(0, x);
  bits.setUint32(0, (bits.getUint32(0) & 0x000fffff) | 0x3ff00000);
  return bits.getFloat64(0);
}

export const elementOperators = {
  add: numeric(2, (a, b) => a + b),
  subtract: numeric(2, (a, b) => a - b),
  multiply: numeric(2, (a, b) => a * b),
  divide: numeric(2, (a, b) => a / b),
  negate: numeric(1, (a) => -a),
  abs: numeric(1, Math.abs),
  sqrt: numeric(1, Math.sqrt),
  floor: numeric(1, Math.floor),
  // Callers may give three operands, of which Math.min would take all.
  min: numeric(2, (a, b) => Math.min(a, b)),
  max: numeric(2, (a, b) => Math.max(a, b)),
  exp: numeric(1, Math.exp),
  log: numeric(1, Math.log),
  power: numeric(2, (a, b) => a ** b),
  less: comparison((a, b) => a < b),
  lessOrEqual: comparison((a, b) => a <= b),
  equal: comparison((a, b) => a === b),
  notEqual: comparison((a, b) => a !== b),
  select: {
    operands: ["boolean", "number", "number"],
    result: "number",
    evaluate: (condition, yes, no) => (condition !== 0 ? yes : no),
  },
  // Of float64 only: `exp`, `log` and `power` of elements are made of these (see library.ts).
  powerOfTwo: numeric(1, powerOfTwo),
  exponent: numeric(1, exponent),
  significand: numeric(1, significand),
} as const satisfies Record<string, OperatorEntry>;

export type ElementOperator = keyof typeof elementOperators;

/** Reductions over a tensor, or over all of them. */
export const reductionOperators = ["sum", "max", "min"] as const;
export type ReductionOperator = (typeof reductionOperators)[number];

/** Operators over the rows and columns of a matrix: checked, but no compiler runs them yet. */
export const matrixOperators = {
  rowSum: "column",
  rowMax: "column",
  columnSum: "row",
  columnMax: "row",
  matmul: "element",
  transpose: "element",
  orthogonalize: "element",
} as const;
export type MatrixOperator = keyof typeof matrixOperators;
