/**
 * The operators of a graph: what each takes, what it gives, and its value on the host.
 *
 * These are the few that a compiler has to know. Everything else in the language is written in
 * terms of them (see functions.ts).
 */

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

const bits = new DataView(new ArrayBuffer(8));

/** 2^n for a whole n from -1022 to 1023; of others, what the low bits of n + 1023 make. */
function powerOfTwo(v: Float64Array, to: number, a: number): void {
  // The conversion saturates and NaN becomes 0, as WebAssembly's does.
  const n = Math.min(Math.max(Math.trunc(v[a]!), -2147483648), 2147483647);
  bits.setUint32(0, ((n || 0) + 1023) << 20);
  bits.setUint32(4, 0);
  v[to] = bits.getFloat64(0);
}

/** The unbiased exponent in the bits of x: of 2^e * 1.f, e; sign and subnormals are not looked at. */
function exponent(v: Float64Array, to: number, a: number): void {
  bits.setFloat64(0, v[a]!);
  v[to] = ((bits.getUint32(0) >>> 20) & 0x7ff) - 1023;
}

/** The 1.f in the bits of x = 2^e * 1.f, without the sign. */
function significand(v: Float64Array, to: number, a: number): void {
  bits.setFloat64(0, v[a]!);
  bits.setUint32(0, (bits.getUint32(0) & 0x000fffff) | 0x3ff00000);
  v[to] = bits.getFloat64(0);
}

/** Each as one statement on an array: a function that returned a number would allocate it. */
export const elementOperators = {
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
  exp: unary((v, to, a) => void (v[to] = Math.exp(v[a]!))),
  log: unary((v, to, a) => void (v[to] = Math.log(v[a]!))),
  power: binary((v, to, a, b) => void (v[to] = v[a]! ** v[b]!)),
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
  powerOfTwo: unary(powerOfTwo),
  exponent: unary(exponent),
  significand: unary(significand),
} as const satisfies Record<string, OperatorEntry>;

export type ElementOperator = keyof typeof elementOperators;

/**
 * Reductions over a tensor, or over all of them. A norm is one of its own and no root of a sum of squares: these overflow
 * or vanish long before it does.
 */
export const reductionOperators = ["sum", "max", "min", "norm"] as const;
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
