/** SIMD code for single operators, and for the library's functions. */
import type { Node, NodeOf } from "../../rule/graph.ts";
import type { ElementOperator } from "../../rule/operators.ts";
import type { LibraryFunction } from "../../rule/program.ts";
import type { ElementType } from "../compiler.ts";
import { FunctionBuilder, type FunctionSource } from "./assembler.ts";
import type { Mnemonic } from "./instructions.ts";

export const vectorBytes = 16;

export type VectorShape = "f32x4" | "f64x2";

export const shapeOf = (type: ElementType): VectorShape => (type === "float32" ? "f32x4" : "f64x2");

/** Pushes a vector of one constant, rounded to the type. */
export function splatConstant(code: FunctionBuilder, type: ElementType, value: number): void {
  const bytes =
    type === "float32"
      ? new Float32Array(4).fill(value).buffer
      : new Float64Array(2).fill(value).buffer;
  code.emit("v128.const", [...new Uint8Array(bytes)]);
}

/** Operators that are one instruction of their operands in order. */
const single: Partial<Record<ElementOperator, string>> = {
  add: "add",
  subtract: "sub",
  multiply: "mul",
  divide: "div",
  abs: "abs",
  sqrt: "sqrt",
  floor: "floor",
  min: "min",
  max: "max",
  less: "lt",
  lessOrEqual: "le",
  equal: "eq",
  notEqual: "ne",
};

const exponentShift = 52;
const exponentBias = 1023;
const splat64 = (value: bigint): number[] => [
  ...new Uint8Array(new BigUint64Array([value, value]).buffer),
];

/** Pushes an operator's result; `local` says where a node's vector is. */
export function emitOperator(
  code: FunctionBuilder,
  type: ElementType,
  node: NodeOf<"element">,
  local: (operand: Node) => number,
  library: Library,
): void {
  const operands = node.operands.map(local);
  const instruction = single[node.operator];
  if (instruction !== undefined) {
    for (const operand of operands) {
      code.get(operand);
    }
    code.emit(`${shapeOf(type)}.${instruction}` as Mnemonic);
  } else if (node.operator === "negate") {
    // By its bits: where V8 of Node 24 joins two `f64x2.neg`, some come out as they were.
    splatConstant(code, type, -0);
    code.get(operands[0]!).emit("v128.xor");
  } else if (node.operator === "select") {
    const [condition, yes, no] = operands as [number, number, number];
    code.get(yes).get(no).get(condition).emit("v128.bitselect");
  } else if (library.has(node.operator)) {
    library.call(code, type, node.operator, operands);
  } else {
    emitBits(code, node.operator, operands[0]!);
  }
}

/** The operators on the bits of float64 vectors that the library is made of. */
function emitBits(code: FunctionBuilder, operator: ElementOperator, x: number): void {
  code.get(x);
  switch (operator) {
    case "powerOfTwo":
      // (n + bias) << 52
      code.emit("i32x4.trunc_sat_f64x2_s_zero").emit("i64x2.extend_low_i32x4_s");
      code.emit("v128.const", splat64(BigInt(exponentBias))).emit("i64x2.add");
      code.emit("i32.const", exponentShift).emit("i64x2.shl");
      break;
    case "exponent":
      // (bits << 1 >> 53) - bias, converted from the low words of both lanes.
      code.emit("i32.const", 1).emit("i64x2.shl");
      code.emit("i32.const", exponentShift + 1).emit("i64x2.shr_u");
      code.emit("v128.const", splat64(BigInt(exponentBias))).emit("i64x2.sub");
      code.emit("v128.const", splat64(0n));
      code.emit("i8x16.shuffle", [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 16, 17, 18, 19]);
      code.emit("f64x2.convert_low_i32x4_s");
      break;
    case "significand":
      code.emit("v128.const", splat64(0x000fffffffffffffn)).emit("v128.and");
      code.emit("v128.const", splat64(0x3ff0000000000000n)).emit("v128.or");
      break;
    default:
      throw new Error(`internal error: no SIMD code for the operator ${operator}`);
  }
}

/** The library functions that a module needs; each works on two float64 at a time. */
export class Library {
  readonly #functions: readonly LibraryFunction[];
  readonly #first: number;

  /** @param first index in the module of the first library function */
  constructor(functions: readonly LibraryFunction[], first: number) {
    this.#functions = functions;
    this.#first = first;
  }

  has(operator: string): boolean {
    return this.#functions.some(({ name }) => name === operator);
  }

  indexOf(operator: string): number {
    return this.#first + this.#functions.findIndex(({ name }) => name === operator);
  }

  build(): FunctionSource[] {
    return this.#functions.map((each) => this.#build(each));
  }

  /** Pushes the result of a function of vectors; float32 is computed in float64, half by half. */
  call(
    code: FunctionBuilder,
    type: ElementType,
    operator: string,
    operands: readonly number[],
  ): void {
    const index = this.indexOf(operator);
    if (type === "float64") {
      for (const operand of operands) {
        code.get(operand);
      }
      code.emit("call", index);
      return;
    }
    for (const half of ["low", "high"] as const) {
      for (const operand of operands) {
        code.get(operand);
        if (half === "high") {
          code.get(operand).emit("i8x16.shuffle", upperHalf);
        }
        code.emit("f64x2.promote_low_f32x4");
      }
      code.emit("call", index).emit("f32x4.demote_f64x2_zero");
    }
    code.emit("i8x16.shuffle", lowerHalves);
  }

  #build({ name, inputs, nodes, result }: LibraryFunction): FunctionSource {
    const code = new FunctionBuilder(
      name,
      inputs.map(() => "v128"),
      ["v128"],
      false,
    );
    const locals = new Map<number, number>();
    const local = (node: Node): number => locals.get(node.id)!;
    for (const node of nodes) {
      if (node.form === "slot") {
        locals.set(node.id, inputs.indexOf(node.name));
        continue;
      }
      if (node.form === "constant") {
        splatConstant(code, "float64", node.value);
      } else {
        emitOperator(code, "float64", node as NodeOf<"element">, local, this);
      }
      locals.set(node.id, code.local("v128"));
      code.set(local(node));
    }
    return code.get(local(result)).build();
  }
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);
const upperHalf = [...range(8, 16), ...range(8, 16)];
const lowerHalves = [...range(0, 8), ...range(16, 24)];
