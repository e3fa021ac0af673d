/** Code for norms that neither overflow nor vanish: squares are summed in float64. */
import type { Node } from "../../rule/graph/graph.ts";
import { type ElementType, elementBytes, leastSquares, normScale } from "../backend.ts";
import type { FunctionBuilder } from "./assembler/assembler.ts";
import { provideInstructions } from "./assembler/instructions.ts";
import { normLanes } from "./loop.ts";
import { splatConstant } from "./operators.ts";
import { type Accumulator, finishLanes, maskOf, vectorsPerChunk } from "./reductions.ts";

/** The root of a sum of squares in float64. For float64 there are three sums of scaled squares, and one that is in range is used. */
export class NormInLanes implements Accumulator {
  readonly operand: Node;
  readonly #code: FunctionBuilder;
  readonly #type: ElementType;
  readonly #sums: readonly { readonly scale: number; readonly locals: readonly number[] }[];
  /** Locals: the vector without padding, and the factor to square. */
  readonly #inside: number;
  readonly #factor: number;

  constructor(code: FunctionBuilder, type: ElementType, operand: Node) {
    this.operand = operand;
    this.#code = code;
    this.#type = type;
    this.#inside = code.local("v128");
    this.#factor = code.local("v128");
    const scales = type === "float32" ? [1] : [1, 1 / normScale, normScale];
    const count = (vectorsPerChunk * elementBytes.float64) / elementBytes[type];
    this.#sums = scales.map((scale) => ({
      scale,
      locals: Array.from({ length: count }, () => code.local("v128")),
    }));
  }

  start(): void {
    for (const local of this.#sums.flatMap(({ locals }) => locals)) {
      splatConstant(this.#code, "float64", 0);
      this.#code.set(local);
    }
  }

  add(index: number, vector: number, left?: number): void {
    const code = this.#code;
    let source = vector;
    if (left !== undefined) {
      source = this.#inside;
      code.get(vector);
      splatConstant(code, this.#type, 0);
      maskOf(code, this.#type, index, left);
      code.emit("v128.bitselect").set(source);
    }
    if (this.#type === "float64") {
      for (const { scale, locals } of this.#sums) {
        this.#addSquare(locals[index]!, () => {
          code.get(source);
          if (scale !== 1) {
            splatConstant(code, "float64", scale);
            code.emit("f64x2.mul");
          }
        });
      }
      return;
    }
    const { locals } = this.#sums[0]!;
    const half = (high: boolean) => () => {
      code.get(source);
      if (high) {
        code.get(source).emit("i8x16.shuffle", upperHalf);
      }
      code.emit("f64x2.promote_low_f32x4");
    };
    this.#addSquare(locals[2 * index]!, half(false));
    this.#addSquare(locals[2 * index + 1]!, half(true));
  }

  #addSquare(local: number, push: () => void): void {
    const code = this.#code;
    push();
    code.set(this.#factor).get(local).get(this.#factor).get(this.#factor);
    code.emit("f64x2.mul").emit("f64x2.add").set(local);
  }

  finishPartial(): void {
    const code = this.#code;
    const [plain, small, large] = this.#sums.map(({ locals }) => {
      finishSquares(code, this.#type, locals);
      const sum = code.local("v128");
      code.emit("f64x2.splat").set(sum);
      return sum;
    });
    const root = (sum: number, scale: number) => {
      code.get(sum).emit("f64x2.sqrt");
      splatConstant(code, "float64", scale);
      code.emit("f64x2.mul");
    };
    if (small !== undefined) {
      root(large!, 1 / normScale);
    }
    code.get(plain!).emit("f64x2.sqrt");
    if (small !== undefined) {
      root(small, normScale);
      code.get(plain!);
      splatConstant(code, "float64", Number.POSITIVE_INFINITY);
      code.emit("f64x2.ne").emit("v128.bitselect").get(plain!);
      splatConstant(code, "float64", leastSquares.float64);
      code.emit("f64x2.lt").emit("v128.bitselect");
    }
    code.emit("f64x2.extract_lane", 0);
  }
}

const upperHalf = [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15];

/** The sum of squares, which are in float64. The squares of a float32 vector take two vectors. */
function finishSquares(code: FunctionBuilder, type: ElementType, locals: readonly number[]): void {
  if (type === "float64") {
    finishLanes(code, type, "sum", locals);
    return;
  }
  const low = locals.filter((_, index) => index % 2 === 0);
  const high = locals.filter((_, index) => index % 2 === 1);
  finishLanes(code, "float64", "sum", low);
  finishLanes(code, "float64", "sum", high);
  code.emit("f64.add");
}

/** Provides the code of norms. */
export function provideNorms(): void {
  provideInstructions();
  normLanes.provide(NormInLanes);
}
