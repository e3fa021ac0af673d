/** Code for reductions in lanes: a block or a row at a time, in the order of lanes.ts. */
import type { Node } from "../../rule/graph/graph.ts";
import { identities, type LineOperator } from "../../rule/graph/operators.ts";
import { chunkBytes, type ElementType, elementBytes } from "../backend.ts";
import type { FunctionBuilder } from "./assembler/assembler.ts";
import type { Mnemonic } from "./assembler/instructions.ts";
import { shapeOf, splatConstant, vectorBytes } from "./operators.ts";
import type { SideBySide } from "./width.ts";

export const vectorsPerChunk = chunkBytes / vectorBytes;

/** The lanes of one reduction. */
export interface Accumulator {
  readonly operand: Node;
  /** Sets the lanes to the operator's identity. */
  start(): void;
  /**
   * Adds a vector to the lanes.
   * @param index its number in the chunk
   * @param left if given, a local with a number in all lanes: only so many elements at the chunk's start count
   */
  add(index: number, vector: number, left?: number): void;
  /** Pushes the combined lanes as a float64: a partial result. */
  finishPartial(): void;
}

const scalarOf = (type: ElementType) => (type === "float32" ? "f32" : "f64");

export class InLanes implements Accumulator {
  readonly operand: Node;
  readonly #operator: LineOperator;
  readonly #squares: boolean;
  readonly #sideBySide: SideBySide;
  readonly #code: FunctionBuilder;
  readonly #type: ElementType;
  readonly #locals: readonly number[];

  /** @param squares whether it reduces the squares of the operand */
  constructor(
    code: FunctionBuilder,
    type: ElementType,
    operator: LineOperator,
    operand: Node,
    sideBySide: SideBySide,
    squares = false,
  ) {
    this.operand = operand;
    this.#sideBySide = sideBySide;
    this.#squares = squares;
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
    if (this.#squares) {
      this.#code.get(vector).emit(`${shapeOf(this.#type)}.mul`);
    }
    if (left !== undefined) {
      splatConstant(this.#code, this.#type, identities[this.#operator]);
      maskOf(this.#code, this.#type, index, left);
      this.#code.emit("v128.bitselect");
    }
    this.#code.emit(combineVectors(this.#type, this.#operator)).set(local);
  }

  /** Pushes (a0 + a1) + (a2 + a3), with the lanes added as a tree. */
  finish(): void {
    const [a, b, c, d] = this.#locals as [number, number, number, number];
    if (this.#sideBySide === 2) {
      for (const pair of [
        [a, b],
        [c, d],
      ] as const)
        beginJoining(this.#code, pair);
    }
    finishLanes(this.#code, this.#type, this.#operator, this.#locals);
  }

  finishPartial(): void {
    this.finish();
    if (this.#type === "float32") {
      this.#code.emit("f64.promote_f32");
    }
  }
}

/**
 * Lets V8 join two vectors that no adjacent stores follow. V8 starts at an addition of integers, and goes back to the
 * code that computed the two. The sum is not used, and the first vector keeps its value.
 */
export function beginJoining(code: FunctionBuilder, [a, b]: readonly [number, number]): void {
  code.get(a).get(a).get(b).emit("i32x4.add");
  code.emit("v128.const", Array(vectorBytes).fill(255)).emit("v128.bitselect").set(a);
}

/** Pushes (a + b) + (c + d) of four vectors, with the lanes combined as a tree, as one number of the type. */
export function finishLanes(
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

/** Pushes a mask of this vector's lanes that are among the first `left` of the chunk. All lanes have `left`. */
export function maskOf(
  code: FunctionBuilder,
  type: ElementType,
  index: number,
  left: number,
): void {
  const perVector = vectorBytes / elementBytes[type];
  const positions = Array.from({ length: perVector }, (_, lane) => index * perVector + lane);
  const array = type === "float32" ? Float32Array : Float64Array;
  code.emit("v128.const", [...new Uint8Array(new array(positions).buffer)]);
  code.get(left).emit(`${shapeOf(type)}.lt`);
}

/** The instruction that combines two vectors of a reduction. */
export function combineVectors(type: ElementType, operator: LineOperator): Mnemonic {
  return `${shapeOf(type)}.${operator === "sum" ? "add" : operator}`;
}
