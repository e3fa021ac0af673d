/** The operators of a graph in WGSL, for single numbers or for vectors of four. */
import type { Node, NodeOf } from "../../rule/graph/graph.ts";
import type {
  BitOperator,
  ElementOperator,
  ReductionOperator,
} from "../../rule/graph/operators.ts";

/** How many elements a value of a shader has. @inline */
export type Lanes = 1 | 4;

export const vector = (lanes: Lanes): string => (lanes === 4 ? "vec4<f32>" : "f32");

const largest = 3.4028234663852886e38;

/** A number as float32. WGSL cannot write infinities, so the largest number is used in place of one. */
export function literal(value: number): string {
  const rounded = Math.min(Math.max(Math.fround(value), -largest), largest);
  const text = Number.isNaN(rounded) ? "0" : String(rounded);
  return `${Object.is(rounded, -0) ? "-0" : text}f`;
}

/** @inline */
export type Spell = (a: string, b: string, c: string, lanes: Lanes) => string;

const infix =
  (operator: string): Spell =>
  (a, b) =>
    `(${a} ${operator} ${b})`;
const call =
  (name: string): Spell =>
  (a) =>
    `${name}(${a})`;
const call2 =
  (name: string): Spell =>
  (a, b) =>
    `${name}(${a}, ${b})`;

/** The operators that are missing here are only used by `exp`, `log` and `power` in float64. */
const spellings = {
  add: infix("+"),
  subtract: infix("-"),
  multiply: infix("*"),
  divide: infix("/"),
  negate: (a) => `(-${a})`,
  abs: call("abs"),
  sqrt: call("sqrt"),
  floor: call("floor"),
  min: call2("min"),
  max: call2("max"),
  exp: call("exp"),
  log: call("log"),
  power: (a, b, _c, lanes) => `power${lanes}(${a}, ${b})`,
  less: infix("<"),
  lessOrEqual: infix("<="),
  equal: infix("=="),
  notEqual: infix("!="),
  select: (condition, yes, no) => `select(${no}, ${yes}, ${condition})`,
} satisfies Readonly<Record<Exclude<ElementOperator, BitOperator>, Spell>>;

export const addSpelling = (name: string, added: Spell): void =>
  void Object.assign(spellings, { [name]: added });

export function spell(node: NodeOf<"element">, operands: readonly string[], lanes: Lanes): string {
  const [a = "", b = a, c = a] = operands;
  const spelling: Spell | undefined = spellings[node.operator as keyof typeof spellings];
  if (spelling === undefined) {
    throw new TypeError(`\`${node.operator}\` has no WGSL: give it to defineOperator as \`wgsl\``);
  }
  return spelling(a, b, c, lanes);
}

/** The name of a node's variable. Nodes that do not come from a graph have negative ids. */
export const nameOf = ({ id }: Node): string => `n${String(id).replace("-", "_")}`;

/** A number that a shader reads, with the node's type: booleans are stored as 1 and 0. */
export function typed(node: Node, number: string, lanes: Lanes): string {
  const wide = lanes === 4 ? `vec4<f32>(${number})` : number;
  return node.type === "boolean" ? `(${wide} != ${vector(lanes)}(0f))` : wide;
}

export const identity: Readonly<Record<ReductionOperator, string>> = {
  norm: "0f",
  sum: "0f",
  max: literal(-largest),
  min: literal(largest),
};

export const operatorCode: Readonly<Record<ReductionOperator, number>> = {
  sum: 0,
  max: 1,
  min: 2,
  norm: 3,
};

export const combine = (operator: ReductionOperator, a: string, b: string): string =>
  operator === "sum"
    ? `${a} + ${b}`
    : `${operator === "norm" ? "joinNorms" : operator}(${a}, ${b})`;
