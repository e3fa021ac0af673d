/** What a run returns: the state after each iteration, and the result. */
import type { Reason } from "./method.ts";
import type { Form } from "./variables.ts";

/** What a run needs to continue later: plain data, for `structuredClone`, a database or another thread. */
export interface SavedMinimization {
  /** The version of this format. */
  readonly version: 1;
  /** The method's name. */
  readonly method: string;
  /** The number of unknowns. */
  readonly unknowns: number;
  /** Iterations made. */
  readonly iterations: number;
  /** Calls of the function so far. */
  readonly evaluations: number;
  /** The function's value at the start. */
  readonly startValue: number;
  /** How many iterations in a row have hardly lowered the value. */
  readonly stalls: number;
  /** Where gradients come from; undefined if the method uses none. */
  readonly gradientBy: "given" | "differences" | undefined;
  /** Sizes of the unknowns for differences, if there were any. */
  readonly typical?: Float64Array;
  /** The start, if a limit or the signal stopped the run before its gradient was known. The run then begins again there. */
  readonly start?: Float64Array;
  /** The state of the method. */
  readonly solver: unknown;
}

/** The state of a run after an iteration. */
export interface MinimizationState<X> {
  /** The best point so far, in the form of the start: a copy, except that parameters are those of the start. */
  readonly x: Form<X>;
  /** The value at `x`. */
  readonly value: number;
  /** The largest magnitude in the gradient at `x` (with bounds: in the projected gradient); NaN if the method uses no gradients. */
  readonly gradientNorm: number;
  /** Iterations made; 0 at the start. */
  readonly iterations: number;
  /** Calls of the function, including those for differences. */
  readonly evaluations: number;
  /** Where gradients come from; `"none"` if the method uses none. */
  readonly gradientBy: "given" | "differences" | "none";
  /** Why the run stopped; undefined while it continues. */
  readonly reason: Reason | undefined;
  /** The same as a sentence. */
  readonly message: string | undefined;
  /** A copy of all that is needed to continue from here, bit for bit: `minimize(f, x0, { resume })`. */
  save(): SavedMinimization;
}

/** What {@link minimize} returns. */
export interface MinimizationResult<X> extends MinimizationState<X> {
  readonly reason: Reason;
  readonly message: string;
  /** Whether the run has converged: the reason is `"gradient"`, `"value"` or `"step"`. */
  readonly converged: boolean;
}
