/** Code for what a loop reduces in lanes: a block or a row at a time, in the order of lanes.ts. */
import type { Node } from "../../rule/graph.ts";
import { identities, type ReductionOperator } from "../../rule/operators.ts";
import { chunkBytes, type ElementType, elementBytes } from "../compiler.ts";
import type { FunctionBuilder } from "./assembler.ts";
import type { Mnemonic } from "./instructions.ts";
import { shapeOf, splatConstant, vectorBytes } from "./operators.ts";

const vectorsPerChunk = chunkBytes / vectorBytes;

/** One reduction's lanes. */
export class Accumulator {
  readonly operand: Node;
  readonly #operator: ReductionOperator;
  readonly #code: FunctionBuilder;
  readonly #type: ElementType;
  readonly #locals: readonly number[];

  constructor(
    code: FunctionBuilder,
    type: ElementType,
    { operator, operands }: { operator: ReductionOperator; operands: readonly Node[] },
  ) {
    this.operand = operands[0]!;
    this.#operator = operator;
    this.#code = code;
    this.#type = type;
    this.#locals = Array.from({ length: vectorsPerChunk }, () => code.local("v128"));
  }

  /** Starts from the operator's identity. */
  start(): void {
    for (const local of this.#locals) {
      splatConstant(this.#code, this.#type, identities[this.#operator]);
      this.#code.set(local);
    }
  }

  /**
   * Takes in a vector.
   * @param index its place in the chunk
   * @param left if given, a local: only the chunk's first so many elements count
   */
  add(index: number, vector: number, left?: number): void {
    const local = this.#locals[index]!;
    this.#code.get(local).get(vector);
    if (left !== undefined) {
      splatConstant(this.#code, this.#type, identities[this.#operator]);
      this.#maskOf(index, left);
      this.#code.emit("v128.bitselect");
    }
    this.#code.emit(combineVectors(this.#type, this.#operator)).set(local);
  }

  /** Pushes (a0 + a1) + (a2 + a3), its lanes added as a tree, as one number of the type. */
  finish(): void {
    const code = this.#code;
    const [a, b, c, d] = this.#locals as [number, number, number, number];
    const combine = combineVectors(this.#type, this.#operator);
    const scalar = this.#type === "float32" ? "f32" : "f64";
    const combineLanes: Mnemonic = `${scalar}.${this.#operator === "sum" ? "add" : this.#operator}`;
    const pair = (first: number) => {
      for (const lane of [first, first + 1]) {
        code.get(a).emit(`${shapeOf(this.#type)}.extract_lane`, lane);
      }
      code.emit(combineLanes);
    };
    code.get(a).get(b).emit(combine).get(c).get(d).emit(combine).emit(combine).set(a);
    pair(0);
    if (this.#type === "float32") {
      pair(2);
      code.emit(combineLanes);
    }
  }

  /** Pushes a mask of the lanes of this vector that are among the chunk's first `left`. */
  #maskOf(index: number, left: number): void {
    const perVector = vectorBytes / elementBytes[this.#type];
    const positions = Array.from({ length: perVector }, (_, lane) => index * perVector + lane);
    const array = this.#type === "float32" ? Float32Array : Float64Array;
    this.#code.emit("v128.const", [...new Uint8Array(new array(positions).buffer)]);
    this.#code.get(left).emit(this.#type === "float32" ? "f32.convert_i32_s" : "f64.convert_i32_s");
    this.#code.emit(`${shapeOf(this.#type)}.splat`).emit(`${shapeOf(this.#type)}.lt`);
  }
}

/** The instruction that combines two vectors of a reduction. */
export function combineVectors(type: ElementType, operator: ReductionOperator): Mnemonic {
  return `${shapeOf(type)}.${operator === "sum" ? "add" : operator}`;
}
