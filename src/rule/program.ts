/** A scheduled rule: all that a compiler and the runtime have to know. */
import type { Node, NodeOf, Store } from "./graph.ts";

/** A reduction that a pass makes; its partial results go to row `index` of the partials. */
export interface Reduction {
  readonly index: number;
  readonly node: NodeOf<"reduction">;
}

/** One loop over the elements. */
export interface Pass {
  /** Node values that are in memory: the slot holds the node when the pass begins. */
  readonly loads: readonly { readonly slot: string; readonly node: Node }[];
  /** What the loop computes, operands first. */
  readonly compute: readonly NodeOf<"element">[];
  readonly stores: readonly Store[];
  readonly reductions: readonly Reduction[];
  /** What it reads that was computed on the host. */
  readonly values: readonly Node[];
}

/** A scheduled rule: all that a compiler and the runtime have to know. */
export interface Program {
  /** `p`, `g`, then the state that is used, in the order declared. */
  readonly slots: readonly string[];
  readonly passes: readonly Pass[];
  /** Host nodes but constants that passes read, in the order of the block of values they are given. */
  readonly values: readonly Node[];
  /** Host nodes in the order to compute them; those of stage k may be computed before pass k. */
  readonly host: readonly { readonly node: Node; readonly stage: number }[];
  readonly reductions: readonly Reduction[];
  /** State of one number a tensor, which the host keeps, and what it is after a step. */
  readonly scalars: readonly Store[];
  /** The sum of `g * 0`: zero, or NaN if a gradient is not finite. */
  readonly guard: Node | undefined;
  /** The norm of all gradients, if the rule takes it. */
  readonly gradientNorm: Node | undefined;
  /** The functions that its elements need. */
  readonly library: readonly LibraryFunction[];
}

/** A function of one or two float64 numbers. */
export interface LibraryFunction {
  readonly name: string;
  readonly inputs: readonly string[];
  /** Everything it computes, operands first; its inputs are slots named `x` and `y`. */
  readonly nodes: readonly Node[];
  readonly result: Node;
}
