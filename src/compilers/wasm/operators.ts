/** SIMD code for single operators. */
import type { Node, NodeOf } from "../../rule/graph/graph.ts";
import type { DirectOperator, ElementOperator } from "../../rule/graph/operators.ts";
import type { ElementType } from "../backend.ts";
import type { FunctionBuilder } from "./assembler/assembler.ts";
import type { Mnemonic } from "./assembler/instructions.ts";

export const vectorBytes = 16;

/** @inline */
export type VectorShape = "f32x4" | "f64x2";

/**
 * The lanes of a 128-bit vector, by the type of the elements: `f32x4` or `f64x2`.
 *
 * @example
 * shapeOf("float32"); // "f32x4": as in the instruction f32x4.add
 * shapeOf("float64"); // "f64x2"
 */
export const shapeOf = (type: ElementType): VectorShape => (type === "float32" ? "f32x4" : "f64x2");

/**
 * Pushes a vector of one constant, rounded to the type.
 * @param code the function to add the instruction to
 * @param value the value of all lanes
 * @example
 * defineOperator({
 *   name: "tripled",
 *   parameters: ["x"],
 *   evaluate: (x) => 3 * x,
 *   webassembly(code, type, x) {
 *     code.get(x);
 *     splatConstant(code, type, 3);
 *     code.emit(`${shapeOf(type)}.mul`);
 *   },
 * });
 * const fast = defineOptimizer({ name: "fast", hyper: { lr: 1 }, rule: "u = tripled(g)" });
 * optimize(net, fast()).step({ w: new Float32Array(6), b: [1, 2, 3] });
 * net.b.data; // [-3, -6, -9]
 */
export function splatConstant(code: FunctionBuilder, type: ElementType, value: number): void {
  const bytes =
    type === "float32"
      ? new Float32Array(4).fill(value).buffer
      : new Float64Array(2).fill(value).buffer;
  code.emit("v128.const", [...new Uint8Array(bytes)]);
}

/** Pushes a vector of results for the vectors in the locals `operands`. */
export type Emit = (code: FunctionBuilder, type: ElementType, ...operands: number[]) => void;

/** One instruction, with the operands in order. */
const instruction =
  (name: string): Emit =>
  (code, type, ...operands) => {
    for (const operand of operands) {
      code.get(operand);
    }
    code.emit(`${shapeOf(type)}.${name}` as Mnemonic);
  };

const emitters = {
  add: instruction("add"),
  subtract: instruction("sub"),
  multiply: instruction("mul"),
  divide: instruction("div"),
  negate(code, type, x) {
    // By its bits: if V8 of Node 24 joins two `f64x2.neg`, some results are not negated.
    splatConstant(code, type, -0);
    code.get(x).emit("v128.xor");
  },
  abs: instruction("abs"),
  sqrt: instruction("sqrt"),
  floor: instruction("floor"),
  min: instruction("min"),
  max: instruction("max"),
  less: instruction("lt"),
  lessOrEqual: instruction("le"),
  equal: instruction("eq"),
  notEqual: instruction("ne"),
  select: (code, _type, condition, yes, no) =>
    void code.get(yes).get(no).get(condition).emit("v128.bitselect"),
} satisfies Readonly<Record<DirectOperator, Emit>>;

export const addEmitter = (name: string, emit: Emit): void =>
  void Object.assign(emitters, { [name]: emit });

/** Pushes the results of all other operators (library.ts). */
export interface OtherOperators {
  /** Whether a function computes this operator. */
  has(operator: string): boolean;
  emit(
    code: FunctionBuilder,
    type: ElementType,
    operator: string,
    operands: readonly number[],
  ): void;
}

export const isDirect = (operator: ElementOperator): operator is DirectOperator =>
  Object.hasOwn(emitters, operator);

/** Pushes an operator's result; `local` gives the local of a node's vector. */
export function emitOperator(
  code: FunctionBuilder,
  type: ElementType,
  { operator, operands }: NodeOf<"element">,
  local: (operand: Node) => number,
  others: OtherOperators | undefined,
): void {
  const locals = operands.map(local);
  if (isDirect(operator)) {
    const emit: Emit = emitters[operator];
    emit(code, type, ...locals);
  } else {
    others!.emit(code, type, operator, locals);
  }
}
