/** SIMD code for the library's functions, for the bit operators that only they use, and for random numbers. */
import { Feature } from "../../feature.ts";
import type { Node, NodeOf } from "../../rule/graph/graph.ts";
import type { quantileFunction } from "../../rule/graph/normalQuantile.ts";
import type { BitOperator } from "../../rule/graph/operators.ts";
import { isLibrary, type LibraryFunction, libraryFunction } from "../../rule/language/library.ts";
import { draws, type Loop } from "../../rule/planning/program.ts";
import type { ElementType } from "../backend.ts";
import { FunctionBuilder, type FunctionSource } from "./assembler/assembler.ts";
import type { LoopBuilder, ModuleLibrary } from "./loop.ts";
import { emitOperator, splatConstant } from "./operators.ts";
import type { emitRandom, randomFunction } from "./random.ts";

/** Fractions for stochastic rounding (fractions.ts). */
export const fractions = new Feature<typeof emitRandom>();

const exponentShift = 52;
const exponentBias = 1023;
const splat64 = (value: bigint): number[] => [
  ...new Uint8Array(new BigUint64Array([value, value]).buffer),
];

/** Each converts the float64 vector on the stack to its result, by its bits. */
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

/** The code of random numbers (random.ts). */
export const drawing = new Feature<{
  readonly emitRandom: typeof emitRandom;
  readonly randomFunction: typeof randomFunction;
  readonly quantileFunction: typeof quantileFunction;
}>();

/** The function that computes a node, if there is one. For a normal random number it converts a uniform one. */
function functionFor(node: Node): LibraryFunction | undefined {
  if (node.form === "random" && node.distribution === "normal") {
    return drawing.value.quantileFunction();
  }
  return node.form === "element" && isLibrary(node.operator)
    ? libraryFunction(node.operator)
    : undefined;
}

/** The library functions that these nodes call, and the functions that those call. */
export function functionsOf(nodes: readonly Node[]): LibraryFunction[] {
  const found = new Set<LibraryFunction>();
  const pending = [...nodes];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const called = functionFor(node);
    if (called !== undefined && !found.has(called)) {
      found.add(called);
      pending.push(...called.nodes);
    }
  }
  return [...found];
}

/** The functions that a module's loops call, placed after the loops. The library's work on two float64 at a time. */
export class Library implements ModuleLibrary {
  readonly #functions: readonly LibraryFunction[];
  readonly #first: number;
  readonly #draws: boolean;

  constructor(loops: readonly Loop[]) {
    this.#functions = functionsOf(loops.flatMap(({ compute }) => compute));
    this.#first = loops.length;
    this.#draws = loops.some(draws);
  }

  has(operator: string): boolean {
    return this.#functions.some(({ name }) => name === operator);
  }

  indexOf(operator: string): number {
    return this.#first + this.#functions.findIndex(({ name }) => name === operator);
  }

  build(): FunctionSource[] {
    const functions = this.#functions.map((each) => this.#build(each));
    return this.#draws ? [...functions, drawing.value.randomFunction()] : functions;
  }

  draw(builder: LoopBuilder, node: NodeOf<"random">, offset: number): void {
    if (node.distribution === "fraction") {
      fractions.value(builder, node, offset, this.#first + this.#functions.length);
    } else {
      drawing.value.emitRandom(builder, node, offset, this.#first + this.#functions.length);
    }
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

  /** Pushes the result of a function of vectors. float32 vectors are computed in float64, one half after the other. */
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
