/** The interfaces of methods: what a method gets, and its two parts, a direction and a search. */

/** A point, with the value and the gradient there. */
export interface Point {
  /** The unknowns, flat. */
  readonly x: Float64Array;
  /** The gradient there, as long as `x`. */
  readonly gradient: Float64Array;
  /** The function's value there. */
  value: number;
}

/** The function as methods see it: it takes a flat vector. Calls are counted. At a limit, an exception ends the step. */
export interface Objective {
  /** The number of unknowns. */
  readonly unknowns: number;
  /** The lower bound of each unknown, if there are bounds. */
  readonly lower?: Float64Array | undefined;
  /** The upper bound of each unknown, if there are bounds. */
  readonly upper?: Float64Array | undefined;
  /** The value at the start. No method accepts a higher value. */
  readonly startValue: number;
  /** Fills in value and gradient at `point.x`. */
  evaluate(point: Point): void;
  /** Fills in the value at `point.x`. Returns whether the function gave the gradient as well. */
  evaluateValue(point: Point): boolean;
  /** Fills in the gradient at `point.x` by differences. The value there must be known. */
  differentiate(point: Point): void;
  /** Where gradients come from. */
  readonly gradientBy: "given" | "differences" | undefined;
  /**
   * Writes the Hessian at `point` times `vector`, if the user gave `hessianProduct`; otherwise returns false.
   * @param into where the product is written
   */
  hessianProduct(point: Point, vector: Float64Array, into: Float64Array): boolean;
}

/** Why a minimization stopped. */
export type Reason =
  /** Converged: the gradient is within its tolerance. */
  | "gradient"
  /** Converged: the value no longer decreases, or by no more than its tolerance or its rounding. */
  | "value"
  /** Converged: the step is within its tolerance. */
  | "step"
  /** `maxIterations` is reached. */
  | "iterations"
  /** `maxEvaluations` is reached. */
  | "evaluations"
  /** The value or the gradient at the start is infinite or NaN, or so are all values around a point. */
  | "notFinite"
  /** The signal was aborted. */
  | "cancelled"
  /** The given gradient does not match the values. */
  | "wrongGradient"
  /** The function has a jump or a kink here, so the gradient does not help. */
  | "notSmooth"
  /** The search found nothing lower, and the cause is not known. */
  | "search";

/** Why a run ended, as a word and as a sentence. */
export interface Ending {
  /** One word. */
  readonly reason: Reason;
  /** A sentence. */
  readonly message: string;
}

/** A method that runs on one function. */
export interface Solver {
  /** The best point so far. */
  readonly point: Point;
  /** The largest change of an unknown in the last step; NaN before the first step. */
  readonly moved: number;
  /** Whether the method uses gradients, so that a small gradient means that it has converged. */
  readonly usesGradient: boolean;
  /** Whether the method has converged if the value no longer decreases. False if its values may also rise. */
  readonly descends: boolean;
  /** Makes one iteration. If it throws, nothing has changed. */
  step(): Ending | undefined;
  /** Forgets what it has learned about the function. It is called when the value no longer decreases. */
  reset?(): void;
  /** A copy of all that it needs to continue later, as plain data. */
  save(): unknown;
}

/** A method, such as `lbfgs()` or `bfgs()`. It has no state of its own: each run starts a solver. */
export interface Method {
  /** The name in messages and saved runs, such as `lbfgs`. */
  readonly name: string;
  /** Whether it supports bounds. */
  readonly bounded: boolean;
  /** Whether it needs the gradient at the start, or only the value. */
  readonly usesGradient: boolean;
  /**
   * Starts a run.
   * @param start a point whose value and gradient are known; the solver may keep it
   * @param saved what `save` of a solver of this method returned
   */
  start(objective: Objective, start: Point, saved?: unknown): Solver;
}

/** Says where to go: a model of the function around a point, such as that of L-BFGS. */
export interface Direction {
  /** Whether a step of length 1 has the right size. It is false until the model has learned from a step. */
  readonly scaled: boolean;
  /**
   * Writes the step that the model suggests: minus the inverse Hessian times the gradient.
   * @param into where the step is written
   */
  direct(point: Point, into: Float64Array): void;
  /**
   * The longest step, as a multiple of the direction. Default: no limit.
   * @param direction what `direct` has written
   */
  maxLength?(point: Point, direction: Float64Array): number;
  /**
   * Writes the Hessian of the model times `vector`, for trust regions.
   * @param into where the product is written
   */
  multiply?(point: Point, vector: Float64Array, into: Float64Array): void;
  /** Learns from the step `length * direction` between two points. */
  update(length: number, direction: Float64Array, from: Point, to: Point): void;
  /** Forgets everything, so that the next direction is steepest descent. Returns false if it knew nothing. */
  reset(): boolean;
  /** What is needed to continue from here later, as plain data. */
  save(): unknown;
}

/** Says how far to go: a line search or a trust region. */
export interface Search {
  /** The name in messages, such as `zoom`. */
  readonly name: string;
  /** Whether it calls `multiply` of the direction. */
  readonly needsProducts: boolean;
  /**
   * Starts a search for one run.
   * @param saved what `save` of a searcher of this search returned
   */
  start(objective: Objective, saved?: unknown): Searcher;
}

/** A step that a search made. */
export interface SearchStep {
  /** The point at its end. */
  readonly to: Point;
  /** The step is `length * direction`. */
  readonly length: number;
  /** The direction of the step. */
  readonly direction: Float64Array;
}

/** A search in one run. */
export interface Searcher {
  /** Makes one step. Returns undefined if nothing lower is found. */
  step(from: Point, direction: Direction): SearchStep | undefined;
  /** Takes back a point that is no longer needed, to reuse its arrays. */
  recycle(point: Point): void;
  /** The last direction and its slope, to find out why nothing lower was found. */
  readonly failed: {
    /** The last direction. */
    readonly direction: Float64Array;
    /** The derivative along it. */
    readonly slope: number;
  };
  /** What is needed to continue from here later, as plain data. */
  save(): unknown;
}

/** A new point with this number of unknowns. */
export const createPoint = (unknowns: number): Point => ({
  x: new Float64Array(unknowns),
  gradient: new Float64Array(unknowns),
  value: Number.NaN,
});

/** The number nearest to `value` between two bounds. */
export const clamp = (value: number, least: number, most: number): number =>
  Math.min(Math.max(value, least), most);
