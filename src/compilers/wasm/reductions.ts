/** Code for what a loop reduces in lanes: a block or a row at a time, in the order of lanes.ts. */
import type { Node } from "../../rule/graph.ts";
import { identities, type LineOperator, type ReductionOperator } from "../../rule/operators.ts";
import { chunkBytes, type ElementType, elementBytes, normScale, normWithin } from "../compiler.ts";
import type { FunctionBuilder } from "./assembler.ts";
import type { Mnemonic } from "./instructions.ts";
import { shapeOf, splatConstant, vectorBytes } from "./operators.ts";

const vectorsPerChunk = chunkBytes / vectorBytes;

/** One reduction's lanes. */
export interface Accumulator {
  readonly operand: Node;
  /** Starts from the operator's identity. */
  start(): void;
  /**
   * Takes in a vector.
   * @param index its place in the chunk
   * @param left if given, a local: only the chunk's first so many elements count
   */
  add(index: number, vector: number, left?: number): void;
  /** Pushes what the lanes come to, as a float64: a partial result. */
  finishPartial(): void;
}

/** The lanes of a reduction. */
export const accumulatorOf = (
  code: FunctionBuilder,
  type: ElementType,
  node: { operator: ReductionOperator; operands: readonly Node[] },
): Accumulator => {
  const operand = node.operands[0]!;
  return node.operator === "norm"
    ? new NormInLanes(code, type, operand)
    : new InLanes(code, type, node.operator, operand);
};

const scalarOf = (type: ElementType) => (type === "float32" ? "f32" : "f64");

export class InLanes implements Accumulator {
  readonly operand: Node;
  readonly #operator: LineOperator;
  readonly #code: FunctionBuilder;
  readonly #type: ElementType;
  readonly #locals: readonly number[];

  constructor(code: FunctionBuilder, type: ElementType, operator: LineOperator, operand: Node) {
    this.operand = operand;
    this.#operator = operator;
    this.#code = code;
    this.#type = type;
    this.#locals = Array.from({ length: vectorsPerChunk }, () => code.local("v128"));
  }

  start(): void {
    for (const local of this.#locals) {
      splatConstant(this.#code, this.#type, identities[this.#operator]);
      this.#code.set(local);
    }
  }

  add(index: number, vector: number, left?: number): void {
    const local = this.#locals[index]!;
    this.#code.get(local).get(vector);
    if (left !== undefined) {
      splatConstant(this.#code, this.#type, identities[this.#operator]);
      maskOf(this.#code, this.#type, index, left);
      this.#code.emit("v128.bitselect");
    }
    this.#code.emit(combineVectors(this.#type, this.#operator)).set(local);
  }

  /** Pushes (a0 + a1) + (a2 + a3), its lanes added as a tree. */
  finish(): void {
    finishLanes(this.#code, this.#type, this.#operator, this.#locals);
  }

  finishPartial(): void {
    this.finish();
    if (this.#type === "float32") {
      this.#code.emit("f64.promote_f32");
    }
  }
}

/** The root of a sum of squares in float64; of float64, of that of three sums which is within its range. */
class NormInLanes implements Accumulator {
  readonly operand: Node;
  readonly #code: FunctionBuilder;
  readonly #type: ElementType;
  readonly #sums: readonly { readonly scale: number; readonly locals: readonly number[] }[];
  /** Locals: what is inside, and what is squared. */
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
      splatConstant(code, "float64", normWithin.least);
      code.emit("f64x2.lt").emit("v128.bitselect");
    }
    code.emit("f64x2.extract_lane", 0);
  }
}

const upperHalf = [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15];

/** Pushes (a + b) + (c + d) of four vectors, its lanes combined as a tree, as one number of the type. */
function finishLanes(
  code: FunctionBuilder,
  type: ElementType,
  operator: LineOperator,
  locals: readonly number[],
): void {
  const [a, b, c, d] = locals as [number, number, number, number];
  const combine = combineVectors(type, operator);
  const combineLanes: Mnemonic = `${scalarOf(type)}.${operator === "sum" ? "add" : operator}`;
  const pair = (first: number) => {
    for (const lane of [first, first + 1]) {
      code.get(a).emit(`${shapeOf(type)}.extract_lane`, lane);
    }
    code.emit(combineLanes);
  };
  code.get(a).get(b).emit(combine).get(c).get(d).emit(combine).emit(combine).set(a);
  pair(0);
  if (type === "float32") {
    pair(2);
    code.emit(combineLanes);
  }
}

/** The same of squares in float64, where those of float32 take two vectors for each of theirs. */
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

/** Pushes a mask of the lanes of this vector that are among the chunk's first `left`. */
function maskOf(code: FunctionBuilder, type: ElementType, index: number, left: number): void {
  const perVector = vectorBytes / elementBytes[type];
  const positions = Array.from({ length: perVector }, (_, lane) => index * perVector + lane);
  const array = type === "float32" ? Float32Array : Float64Array;
  code.emit("v128.const", [...new Uint8Array(new array(positions).buffer)]);
  code.get(left).emit(type === "float32" ? "f32.convert_i32_s" : "f64.convert_i32_s");
  code.emit(`${shapeOf(type)}.splat`).emit(`${shapeOf(type)}.lt`);
}

/** The instruction that combines two vectors of a reduction. */
export function combineVectors(type: ElementType, operator: LineOperator): Mnemonic {
  return `${shapeOf(type)}.${operator === "sum" ? "add" : operator}`;
}
