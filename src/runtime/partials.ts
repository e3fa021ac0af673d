/** What loops leave of reductions, range by range, and what it comes to. */
import { type ElementType, leastSquares } from "../compilers/compiler.ts";
import { type Loop, type Program, rescue } from "../rule/program.ts";
import type { ExecutionSource } from "./plans.ts";
import { combineTree } from "./reduce.ts";
import type { BoundTensor } from "./unit.ts";

export class PartialResults {
  readonly #program: Program;
  readonly #type: ElementType;
  readonly #place: ExecutionSource["partials"];
  readonly #all: Float64Array;
  /** By reduction, the pass that takes its norm once more. */
  readonly #rescues: readonly number[];

  constructor(
    program: Program,
    type: ElementType,
    place: ExecutionSource["partials"],
    { buffer }: WebAssembly.Memory,
  ) {
    this.#program = program;
    this.#type = type;
    this.#place = place;
    const end = place.address + place.stride * program.reductions.length;
    this.#all = new Float64Array(buffer, 0, end / 8);
    this.#rescues = program.reductions.map(({ node }) =>
      program.passes.findIndex(
        (pass) =>
          pass.form === "loop" && pass.stage === rescue && pass.reductions[0]!.node === node,
      ),
    );
  }

  /**
   * Combines the partial results of one of a loop's reductions.
   * @param count how many there are
   * @param guard to which the check of gradients is added
   * @returns the pass to run for the result in its stead, since squares were out of range; -1 if there is none
   */
  combine(
    loop: Loop,
    which: number,
    bound: BoundTensor,
    count: number,
    guard: Float64Array,
  ): number {
    const { index, node } = loop.reductions[which]!;
    const offset = (this.#place.address + index * this.#place.stride) / 8;
    const isSquares = node.operator === "norm" && !loop.exact;
    combineTree(isSquares ? "sum" : node.operator, this.#all, offset, count);
    if (node === this.#program.guard) {
      guard[0]! += this.#all[offset]!;
      return -1;
    }
    if (isSquares && this.#isOutOfRange(offset)) {
      return this.#rescues[index]!;
    }
    const result = isSquares ? Math.sqrt(this.#all[offset]!) : this.#all[offset]!;
    bound.unit.results[index] = result;
    bound.inputs.reductions[index] = result;
    return -1;
  }

  /** Whether a sum of squares may have lost some of them. */
  #isOutOfRange(offset: number): boolean {
    const sum = this.#all[offset]!;
    return sum < leastSquares[this.#type] || sum === Number.POSITIVE_INFINITY;
  }
}
