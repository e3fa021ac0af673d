/** Combines the partial results of reductions, which loops leave range by range. */
import { type ElementType, leastSquares } from "../../compilers/backend.ts";
import { type Loop, type Program, rescue } from "../../rule/planning/program.ts";
import type { BoundTensor } from "../binding/callRecord.ts";
import type { ExecutionSource } from "../binding/plans.ts";
import { combineTree } from "./reduce.ts";

/** The place of a reduction of the program. */
interface Place {
  /** The offset of its partial results. */
  readonly offset: number;
  readonly isGuard: boolean;
  /** The pass that computes a norm again; -1 if there is none. */
  readonly again: number;
}

export class PartialResults {
  readonly #all: Float64Array;
  /** A sum of squares below this may be too small, because squares may have underflowed. */
  readonly #least: number;
  /** By reduction. */
  readonly #places: readonly Place[];

  constructor(
    program: Program,
    type: ElementType,
    { address, stride }: ExecutionSource["partials"],
    { buffer }: WebAssembly.Memory,
  ) {
    const end = address + stride * program.reductions.length;
    this.#all = new Float64Array(buffer, 0, end / 8);
    this.#least = leastSquares[type];
    this.#places = program.reductions.map(({ index, node }) => ({
      offset: (address + index * stride) / 8,
      isGuard: node === program.guard,
      again: program.passes.findIndex(
        (pass) =>
          pass.form === "loop" && pass.stage === rescue && pass.reductions[0]!.node === node,
      ),
    }));
  }

  /**
   * Combines the partial results of one of a loop's reductions.
   * @param count the number of partial results
   * @param guard the check of gradients is added to it
   * @returns the pass that must compute the result again, because squares were out of range; -1 if there is none
   */
  combine(
    loop: Loop,
    which: number,
    bound: BoundTensor,
    count: number,
    guard: Float64Array,
  ): number {
    const { index, node } = loop.reductions[which]!;
    const { offset, isGuard, again } = this.#places[index]!;
    const isSquares = node.operator === "norm" && !loop.exact;
    combineTree(isSquares ? "sum" : node.operator, this.#all, offset, count);
    const combined = this.#all[offset]!;
    if (isGuard) {
      guard[0]! += combined;
      return -1;
    }
    if (isSquares && (combined < this.#least || combined === Number.POSITIVE_INFINITY)) {
      return again;
    }
    const result = isSquares ? Math.sqrt(combined) : combined;
    bound.call.results[index] = result;
    bound.inputs.reductions[index] = result;
    return -1;
  }
}
