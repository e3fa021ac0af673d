/** SIMD code for the library's functions, and for the operators that only these are made of. */
import type { Node, NodeOf } from "../../rule/graph.ts";
import type { BitOperator } from "../../rule/operators.ts";
import type { LibraryFunction } from "../../rule/program.ts";
import type { ElementType } from "../compiler.ts";
import { FunctionBuilder, type FunctionSource } from "./assembler.ts";
import { emitOperator, type OtherOperators, splatConstant } from "./operators.ts";

const exponentShift = 52;
const exponentBias = 1023;
const splat64 = (value: bigint): number[] => [
  ...new Uint8Array(new BigUint64Array([value, value]).buffer),
];

/** Each turns the float64 vector on the stack into its result, by its bits. */
const emitBits = {
  powerOfTwo(code) {
    // (n + bias) << 52
    code.emit("i32x4.trunc_sat_f64x2_s_zero").emit("i64x2.extend_low_i32x4_s");
    code.emit("v128.const", splat64(BigInt(exponentBias))).emit("i64x2.add");
    code.emit("i32.const", exponentShift).emit("i64x2.shl");
  },
  exponent(code) {
    // (bits << 1 >> 53) - bias, converted from the low words of both lanes.
    code.emit("i32.const", 1).emit("i64x2.shl");
    code.emit("i32.const", exponentShift + 1).emit("i64x2.shr_u");
    code.emit("v128.const", splat64(BigInt(exponentBias))).emit("i64x2.sub");
    code.emit("v128.const", splat64(0n));
    code.emit("i8x16.shuffle", [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 16, 17, 18, 19]);
    code.emit("f64x2.convert_low_i32x4_s");
  },
  significand(code) {
    code.emit("v128.const", splat64(0x000fffffffffffffn)).emit("v128.and");
    code.emit("v128.const", splat64(0x3ff0000000000000n)).emit("v128.or");
  },
} satisfies Readonly<Record<BitOperator, (code: FunctionBuilder) => void>>;

/** The library functions that a module needs; each works on two float64 at a time. */
export class Library implements OtherOperators {
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

  emit(
    code: FunctionBuilder,
    type: ElementType,
    operator: string,
    operands: readonly number[],
  ): void {
    if (this.has(operator)) {
      this.#call(code, type, operator, operands);
    } else {
      emitBits[operator as BitOperator](code.get(operands[0]!));
    }
  }

  /** Pushes the result of a function of vectors; float32 is computed in float64, half by half. */
  #call(
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
