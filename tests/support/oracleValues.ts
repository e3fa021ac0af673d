/** Tensors, the values of expressions for them, and the operators on these. */
import type { ElementType } from "../../src/compilers/backend.ts";
import { evaluators } from "../../src/compilers/js/evaluators.ts";
import { countOf, heightOf, isHost, type Kind, widthOf } from "../../src/rule/graph/kinds.ts";
import { rounding } from "./backends.ts";

export interface OracleTensor {
  readonly name: string;
  readonly type: ElementType;
  readonly rows: number;
  readonly cols: number;
  /** Whether it has two or more dimensions. */
  readonly matrix: boolean;
  readonly p: Float64Array;
  readonly g: Float64Array;
  /** By part and state: `a.m`. */
  readonly state: Record<string, Float64Array>;
  /** By part and hyperparameter; `fixed` says whether it never changes. */
  readonly hyper: Readonly<Record<string, { readonly value: number; readonly fixed: boolean }>>;
}

export interface Value {
  readonly kind: Kind;
  /** One number on the host; for other kinds an array. */
  readonly data: Float64Array | number;
  /** The kind as written, before each `where` was decided. */
  readonly written: Kind;
  /** Whether it depends only on numbers, or only on these and on hyperparameters that never change. */
  readonly fixed: "constant" | "static" | undefined;
  /** The same for values that are computed from the same in the same way. */
  readonly key: string;
  /** For a quotient: the value without replacing the division by a reciprocal, for `floor`. */
  readonly quotient?: Value;
}

/** A value for each tensor. */
export type Values = readonly Value[];

export interface Sizes {
  readonly rows: number;
  readonly cols: number;
}

type Evaluate = (a: number, b: number, c: number) => number;

const onHost: Record<string, Evaluate> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "<": (a, b) => Number(a < b),
  "<=": (a, b) => Number(a <= b),
  ">": (a, b) => Number(a > b),
  ">=": (a, b) => Number(a >= b),
  "==": (a, b) => Number(a === b),
  "!=": (a, b) => Number(a !== b),
  "^": (a, b) => a ** b,
  negate: (a) => -a,
  where: (c, a, b) => (c !== 0 ? a : b),
  sqrt: (a) => Math.sqrt(a),
  abs: (a) => Math.abs(a),
  exp: (a) => Math.exp(a),
  log: (a) => Math.log(a),
  floor: (a) => Math.floor(a),
  sign: (a) => (a > 0 ? 1 : a < 0 ? -1 : a),
  min: (a, b) => Math.min(a, b),
  max: (a, b) => Math.max(a, b),
};
const ofElements: Record<string, Evaluate> = {
  ...onHost,
  "^": (a, b) => evaluators.power.evaluate(a, b, 0),
  exp: (a) => evaluators.exp.evaluate(a, 0, 0),
  log: (a) => evaluators.log.evaluate(a, 0, 0),
};

/** A number on the host. */
export function uniform(data: number, key: string, fixed?: Value["fixed"]): Value {
  return { kind: "uniform", data, written: "uniform", fixed, key };
}

/** The rows and columns of a kind's array. */
export function sizesOf(kind: Kind, { rows, cols }: Sizes): Sizes {
  const length = { "1": 1, rows, cols };
  return { rows: length[heightOf(kind)], cols: length[widthOf(kind)] };
}

/** A value as an array of a kind that it broadcasts to, rounded to the type. */
export function spread(value: Value, kind: Kind, type: ElementType, sizes: Sizes): Float64Array {
  const { data } = value;
  if (typeof data !== "number" && value.kind === kind) return data;
  const { rows, cols } = sizesOf(kind, sizes);
  const result = new Float64Array(rows * cols);
  if (typeof data === "number") return result.fill(rounding[type](data));
  const across = heightOf(value.kind) === "1";
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) result[i * cols + j] = data[across ? j : i]!;
  }
  return result;
}

/** Applies an operator to numbers on the host, or to arrays of a kind. */
export function operate(
  name: string,
  operands: readonly Value[],
  kind: Kind,
  type: ElementType,
  sizes: Sizes,
): Float64Array | number {
  if (isHost(kind)) {
    const [x, y = x, z = x] = operands.map(({ data }) => data as number);
    return onHost[name]!(x!, y!, z!);
  }
  const [a, b = a, c = a] = operands.map((operand) => spread(operand, kind, type, sizes));
  const result = new Float64Array(countOf(kind, sizes.rows, sizes.cols));
  const evaluate = ofElements[name]!;
  const round = rounding[type];
  for (let i = 0; i < result.length; i++) result[i] = round(evaluate(a![i]!, b![i]!, c![i]!));
  return result;
}
