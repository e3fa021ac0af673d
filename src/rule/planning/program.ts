/** A scheduled rule, as compilers and the runtime need it. */

import type { Node, NodeOf, Store } from "../graph/graph.ts";
import type { Kind } from "../graph/kinds.ts";
import type { GradientNorm } from "./gradientNorm.ts";

/** An array for each tensor: `p`, `g`, a state, or a temporary that one pass leaves for later passes. */
export interface Slot {
  /** `p`, `g`, or a state's qualified name, such as `adam.m`. */
  readonly name: string;
  /** How many values it has. */
  readonly kind: Kind;
  /** Whether it is needed only within a step. */
  readonly temporary: boolean;
}

/** A reduction of a pass. Its partial results go to row `index` of the partials. */
export interface Reduction {
  /** The row of its partial results. */
  readonly index: number;
  /** What is reduced, and how. */
  readonly node: NodeOf<"reduction">;
}

/** A node whose value is already in memory when the pass begins. */
export interface Load {
  /** The slot's name. */
  readonly slot: string;
  /** The node whose value the slot has. */
  readonly node: Node;
}

/** What a loop computes for each of its values. @inline */
export type ComputedNode = NodeOf<"element" | "random">;

/** One loop over the values of one kind. */
export interface Loop {
  /** Distinguishes it from a routine's call. */
  readonly form: "loop";
  /** Its stage; `rescue` for a loop that computes a norm again because the sum of squares was out of range. */
  readonly stage: number;
  /** Whether its norms are computed without overflow or underflow; other norms are sums of squares, which are checked. */
  readonly exact?: boolean;
  /** The kind of values that it loops over; loads and stores are of this kind, or are broadcast to it. */
  readonly kind: Kind;
  /** Whether it needs rows and columns; otherwise a matrix may be treated as a vector. */
  readonly byRows: boolean;
  /** The slots that it reads. */
  readonly loads: readonly Load[];
  /** What the loop computes, operands first. */
  readonly compute: readonly ComputedNode[];
  /** The slots that it writes, with the values. */
  readonly stores: readonly Store[];
  /** The reductions that it computes. */
  readonly reductions: readonly Reduction[];
  /** The rows and columns that it reduces, and the slots of the results. */
  readonly lines: readonly { readonly slot: string; readonly node: NodeOf<"line"> }[];
  /** The values from the host that it reads. */
  readonly values: readonly Node[];
}

/** The stage of loops that run only if a norm needs them. */
export const rescue = -1;

/** One call of a routine on whole matrices. */
export interface RoutineCall {
  /** Distinguishes it from a loop. */
  readonly form: "routine";
  /** It is called after all passes of earlier stages. */
  readonly stage: number;
  /** The routine and its operands. */
  readonly node: NodeOf<"routine">;
  /** The slots of its matrices. */
  readonly matrices: readonly string[];
  /** Its numbers, computed on the host. */
  readonly numbers: readonly Node[];
  /** The slot that it writes. */
  readonly result: string;
  /** If there is a condition, it is called only if this node is true (`holds`), or false (not `holds`). */
  readonly condition: { readonly node: Node; readonly holds: boolean } | undefined;
}

/** A loop over memory, or a call of a routine on whole matrices. */
export type Pass = Loop | RoutineCall;

/** A scheduled rule, as compilers and the runtime need it. */
export interface Program {
  /** `p`, `g`, the state that is used in the order of declaration, then temporaries. */
  readonly slots: readonly Slot[];
  /** In order, with ascending stages. Those of stage `rescue` come last. */
  readonly passes: readonly Pass[];
  /** Host nodes that loops read, without constants, in the order of the block of values that loops get. */
  readonly values: readonly Node[];
  /** Host nodes in the order of computation. Those of stage k may be computed before the passes of stage k. */
  readonly host: readonly { readonly node: Node; readonly stage: number }[];
  /** All reductions of its passes, by the row of their partial results. */
  readonly reductions: readonly Reduction[];
  /** States of one number per tensor, which the host keeps, and their values after a step. */
  readonly scalars: readonly Store[];
  /** The sum of `g * 0`: zero, or NaN if a gradient is not finite. */
  readonly guard: Node | undefined;
  /** The norm of all gradients, if the rule takes it. */
  readonly gradientNorm: GradientNorm | undefined;
  /** @internal The WebAssembly modules that were made from it when the package was built, by their use. */
  readonly assembled?: AssembledModules | undefined;
}

/** Gives a module's bytes, by element type and whether its memory is shared: `float32true`. */
export type AssembledModules = (key: string) => Uint8Array<ArrayBuffer> | undefined;

/** The host's numbers that a call reads: its operands, and its condition. */
export const numbersOf = ({ numbers, condition }: RoutineCall): readonly Node[] =>
  condition === undefined ? numbers : [...numbers, condition.node];

/**
 * The loops of a program, each with its index among the passes.
 *
 * @example
 * const loops: string[] = [];
 * const backend: Backend = {
 *   ...javascript,
 *   name: "watching",
 *   compile(program, ...rest) {
 *     loops.push(...loopsOf(program).map(({ loop }) => loop.kind));
 *     return javascript.compile(program, ...rest);
 *   },
 * };
 * optimize(net, adam(), { backend });
 * loops; // ["element", "element"]: a check that gradients are finite, and the step
 */
export function loopsOf(program: Program): { index: number; loop: Loop }[] {
  return program.passes.flatMap((pass, index) =>
    pass.form === "loop" ? [{ index, loop: pass }] : [],
  );
}

/** The positions of the parameter and of its gradient among the slots of each program. */
export const parameterSlot = 0;
export const gradientSlot = 1;

/** The slots after these two: state, then temporaries. */
export const ownSlots = ({ slots }: Program): readonly Slot[] => slots.slice(gradientSlot + 1);

/**
 * The position of a slot in the list.
 * @param name `p`, `g`, or a state's qualified name such as `adam.m`
 * @example
 * const found: number[] = [];
 * const backend: Backend = {
 *   ...javascript,
 *   name: "finding",
 *   compile(program, ...rest) {
 *     found.push(slotIndex(program, "g"), slotIndex(program, "adam.m"));
 *     return javascript.compile(program, ...rest);
 *   },
 * };
 * optimize(net, adam(), { backend });
 * found; // [1, 2]
 */
export function slotIndex(program: Program, name: string): number {
  return program.slots.findIndex((slot) => slot.name === name);
}

/** Whether a loop draws random numbers. */
export const draws = ({ compute }: Loop): boolean => compute.some(({ form }) => form === "random");
