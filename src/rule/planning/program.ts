/** A scheduled rule: all that a compiler and the runtime have to know. */

import type { Node, NodeOf, Store } from "../graph/graph.ts";
import type { Kind } from "../graph/kinds.ts";
import type { GradientNorm } from "./gradientNorm.ts";

/** An array for each tensor: `p`, `g`, a state, or what passes leave for later passes. */
export interface Slot {
  /** `p`, `g`, or a state's qualified name, such as `adam.m`. */
  readonly name: string;
  /** Of how many values it is. */
  readonly kind: Kind;
  /** Whether it need not outlive the step. */
  readonly temporary: boolean;
}

/** A reduction that a pass makes; its partial results go to row `index` of the partials. */
export interface Reduction {
  /** Its row of the partial results. */
  readonly index: number;
  /** What is reduced, and how. */
  readonly node: NodeOf<"reduction">;
}

/** Node values that are in memory: the slot holds the node when the pass begins. */
export interface Load {
  /** The slot's name. */
  readonly slot: string;
  /** The node that it holds. */
  readonly node: Node;
}

/** What a loop computes for each of its values. @inline */
export type ComputedNode = NodeOf<"element" | "random">;

/** One loop over the values of one kind. */
export interface Loop {
  /** Tells it from a routine's call. */
  readonly form: "loop";
  /** `rescue` of a loop that takes a norm once more, where its sum of squares was out of range. */
  readonly stage: number;
  /** Whether its norms add up so that nothing overflows or vanishes; others are sums of squares, which are looked at. */
  readonly exact?: boolean;
  /** What the loop is over; loads and stores are of this kind, or broadcast to it. */
  readonly kind: Kind;
  /** Whether rows and columns matter to it; otherwise it may treat a matrix as a vector. */
  readonly byRows: boolean;
  /** The slots that it reads. */
  readonly loads: readonly Load[];
  /** What the loop computes, operands first. */
  readonly compute: readonly ComputedNode[];
  /** The slots that it writes, with their values. */
  readonly stores: readonly Store[];
  /** What it reduces on the way. */
  readonly reductions: readonly Reduction[];
  /** Rows and columns that it reduces, and the slots that keep the results. */
  readonly lines: readonly { readonly slot: string; readonly node: NodeOf<"line"> }[];
  /** What it reads that was computed on the host. */
  readonly values: readonly Node[];
}

/** The stage of loops that no step runs unless a norm needs it. */
export const rescue = -1;

/** One call of a routine of whole matrices. */
export interface RoutineCall {
  /** Tells it from a loop. */
  readonly form: "routine";
  /** When it is called: behind all passes of the stages before. */
  readonly stage: number;
  /** The routine, and what it is called with. */
  readonly node: NodeOf<"routine">;
  /** The slots of its matrices. */
  readonly matrices: readonly string[];
  /** Its numbers, computed on the host. */
  readonly numbers: readonly Node[];
  /** The slot that it writes. */
  readonly result: string;
  /** It is only called where this condition holds, or does not. */
  readonly condition: { readonly node: Node; readonly holds: boolean } | undefined;
}

/** A loop over memory, or a call of a routine of whole matrices. */
export type Pass = Loop | RoutineCall;

/** A scheduled rule: all that a compiler and the runtime have to know. */
export interface Program {
  /** `p`, `g`, the state that is used, in the order declared, then temporaries. */
  readonly slots: readonly Slot[];
  /** In order; their stages ascend. Behind them, those of stage `rescue`. */
  readonly passes: readonly Pass[];
  /** Host nodes but constants that loops read, in the order of the block of values they are given. */
  readonly values: readonly Node[];
  /** Host nodes in the order to compute them; those of stage k may be computed before its passes. */
  readonly host: readonly { readonly node: Node; readonly stage: number }[];
  /** All that its passes reduce, by the row of the partial results. */
  readonly reductions: readonly Reduction[];
  /** State of one number a tensor, which the host keeps, and what it is after a step. */
  readonly scalars: readonly Store[];
  /** The sum of `g * 0`: zero, or NaN if a gradient is not finite. */
  readonly guard: Node | undefined;
  /** The norm of all gradients, if the rule takes it. */
  readonly gradientNorm: GradientNorm | undefined;
  /** @internal The modules that were made of it when the package was built, by what they are for. */
  readonly assembled?: AssembledModules | undefined;
}

/** A module's bytes, by its type and whether its memory is shared: `float32true`. */
export type AssembledModules = (key: string) => Uint8Array<ArrayBuffer> | undefined;

/** The host's numbers that a call reads: those that it is given, and whether it is made. */
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

/** Where the parameter and its gradient are among the slots of each program. */
export const parameterSlot = 0;
export const gradientSlot = 1;

/** The slots behind these: state, then temporaries. */
export const ownSlots = ({ slots }: Program): readonly Slot[] => slots.slice(gradientSlot + 1);

/**
 * Where a slot is in the list.
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
