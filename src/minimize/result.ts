/** What a run says: each iteration's state, and the result. */
import type { Reason } from "./method.ts";
import type { Form } from "./variables.ts";

/** All that a run needs to go on: plain data, for `structuredClone`, a database or another thread. */
export interface SavedMinimization {
  /** Of this form. */
  readonly version: 1;
  /** The method's name. */
  readonly method: string;
  /** How many there are. */
  readonly unknowns: number;
  /** Iterations made. */
  readonly iterations: number;
  /** Calls of the function so far. */
  readonly evaluations: number;
  /** The function's value at the start. */
  readonly startValue: number;
  /** Iterations running in which the value hardly became lower. */
  readonly stalls: number;
  /** Where gradients come from; undefined for methods that use none. */
  readonly gradientBy: "given" | "differences" | undefined;
  /** Sizes of unknowns for differences, where there were any. */
  readonly typical?: Float64Array;
  /** The start, where a limit or the signal came before its gradient was known: all begins anew there. */
  readonly start?: Float64Array;
  /** The method's own. */
  readonly solver: unknown;
}

/** Where a run is after an iteration. */
export interface MinimizationState<X> {
  /** The best point so far, in the start's form: a copy, but parameters are the start's own. */
  readonly x: Form<X>;
  /** The value there. */
  readonly value: number;
  /** The largest magnitude in the gradient there, with bounds in the projected gradient; NaN for a method without gradients. */
  readonly gradientNorm: number;
  /** Iterations made; 0 at the start. */
  readonly iterations: number;
  /** Calls of the function, those for differences among them. */
  readonly evaluations: number;
  /** How gradients are made: `"none"` for a method without. */
  readonly gradientBy: "given" | "differences" | "none";
  /** Why it has stopped; undefined while it goes on. */
  readonly reason: Reason | undefined;
  /** The same as a sentence. */
  readonly message: string | undefined;
  /** A copy of all that is needed to go on from here, bit for bit: `minimize(f, x0, { resume })`. */
  save(): SavedMinimization;
}

/** What {@link minimize} returns. */
export interface MinimizationResult<X> extends MinimizationState<X> {
  readonly reason: Reason;
  readonly message: string;
  /** Whether it has converged: by gradient, value or step. */
  readonly converged: boolean;
}
