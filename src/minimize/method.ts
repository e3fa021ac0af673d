/** The seam of methods: what a method is given, and what it is made of: a direction and a search, which can be exchanged. */

/** A place, the value there, and the gradient. */
export interface Point {
  /** The unknowns, flat. */
  readonly x: Float64Array;
  /** The gradient there, as long as `x`. */
  readonly gradient: Float64Array;
  /** The function's value there. */
  value: number;
}

/** A function of a flat vector, as methods see it. Each call of the user's function is counted; limits end a step by an exception. */
export interface Objective {
  /** How many there are. */
  readonly unknowns: number;
  /** Bounds of each unknown, where there are any. */
  readonly lower?: Float64Array | undefined;
  /** As `lower`. */
  readonly upper?: Float64Array | undefined;
  /** The value at the start: no method accepts a higher one. */
  readonly startValue: number;
  /** Fills in value and gradient at `point.x`. */
  evaluate(point: Point): void;
  /** Fills in the value at `point.x`; returns whether the gradient came with it. */
  evaluateValue(point: Point): boolean;
  /** Fills in the gradient at `point.x`, whose value is known, by differences. */
  differentiate(point: Point): void;
  /** How gradients have been made. */
  readonly gradientBy: "given" | "differences" | undefined;
  /**
   * Writes the Hessian at `point` times `vector`, if the user gives that; false where not.
   * @param into where the product is written
   */
  givenProduct(point: Point, vector: Float64Array, into: Float64Array): boolean;
}

/** Why a minimization stopped. */
export type Reason =
  /** The gradient is as small as asked for: converged. */
  | "gradient"
  /** The value no longer becomes lower, or not by more than asked for: converged as far as rounding permits. */
  | "value"
  /** The steps are as small as asked for. */
  | "step"
  | "iterations"
  | "evaluations"
  /** The value or the gradient at the start is infinite or NaN, or everything around a point is. */
  | "notFinite"
  /** The signal was aborted. */
  | "cancelled"
  /** The gradient that was given is not that of the values. */
  | "wrongGradient"
  /** The values have a jump or a kink here, so that no gradient leads on. */
  | "notSmooth"
  /** The search found no lower point, for no reason that can be told. */
  | "search";

/** An end, in a word and a sentence. */
export interface Ending {
  /** Why the run ended, in a word. */
  readonly reason: Reason;
  /** The same as a sentence. */
  readonly message: string;
}

/** A method at work on one function. */
export interface Solver {
  /** The best point so far. */
  readonly point: Point;
  /** How far the last step went, the largest change of an unknown; NaN before the first. */
  readonly moved: number;
  /** Whether the gradient says if it has converged: not in methods that need none. */
  readonly usesGradient: boolean;
  /** Whether a value that no longer becomes lower says that it has converged: not where values rise now and then. */
  readonly descends: boolean;
  /** One iteration. An exception leaves all as it was. */
  step(): Ending | undefined;
  /** Forgets what it has learned of the function; called where the value no longer becomes lower. */
  forget?(): void;
  /** All that it needs to go on, as plain data: a copy. */
  save(): unknown;
}

/** How to minimise: `lbfgs()`, `bfgs()` and their like. A value without memory; each run starts a solver of it. */
export interface Method {
  /** As results and saved runs call it: `lbfgs`. */
  readonly name: string;
  /** Whether it keeps to bounds. */
  readonly bounded: boolean;
  /** What it needs of the start: the gradient, or the value alone. */
  readonly usesGradient: boolean;
  /**
   * Starts a run.
   * @param start value and gradient are known; the solver may keep it
   * @param saved what `save` of a solver of this method gave
   */
  start(objective: Objective, start: Point, saved?: unknown): Solver;
}

/** Where to go: a model of the function around a point, such as L-BFGS's. */
export interface Direction {
  /** Whether a step of length 1 is of the right size: not before the model has seen a step. */
  readonly scaled: boolean;
  /**
   * Writes the step that the model would make: minus the inverse Hessian times the gradient.
   * @param into where the step is written
   */
  direct(point: Point, into: Float64Array): void;
  /**
   * The longest step, in lengths of the direction; by default any.
   * @param direction what `direct` has written
   */
  longest?(point: Point, direction: Float64Array): number;
  /**
   * Writes the model's Hessian times `vector`, for trust regions.
   * @param into where the product is written
   */
  multiply?(point: Point, vector: Float64Array, into: Float64Array): void;
  /** Learns from the step `length * direction`, which led from one point to another. */
  learn(length: number, direction: Float64Array, from: Point, to: Point): void;
  /** Forgets all, so that the next direction is steepest descent; false where it knew nothing. */
  forget(): boolean;
  /** What a later run needs to go on from here: plain data. */
  save(): unknown;
}

/** How far to go: a line search or a trust region. */
export interface Search {
  /** As errors call it: `zoom`. */
  readonly name: string;
  /** Whether it asks directions to `multiply`. */
  readonly needsProducts: boolean;
  /**
   * Starts a search for one run.
   * @param saved what `save` of a searcher of this search gave
   */
  start(objective: Objective, saved?: unknown): Searcher;
}

/** A step that a search took. */
export interface SearchStep {
  /** Where it led. */
  readonly to: Point;
  /** The step is `length * direction`. */
  readonly length: number;
  /** What it was made along. */
  readonly direction: Float64Array;
}

/** A search at work. */
export interface Searcher {
  /** One step; undefined where nothing lower is found. */
  step(from: Point, direction: Direction): SearchStep | undefined;
  /** Takes back a point that is no longer needed. */
  recycle(point: Point): void;
  /** The last direction, and the derivative along it: for finding out why nothing lower was found. */
  readonly failed: {
    /** What it searched along. */
    readonly direction: Float64Array;
    /** The derivative along it. */
    readonly slope: number;
  };
  /** What a later run needs to go on from here: plain data. */
  save(): unknown;
}

/** A new point of as many unknowns. */
export const createPoint = (unknowns: number): Point => ({
  x: new Float64Array(unknowns),
  gradient: new Float64Array(unknowns),
  value: Number.NaN,
});

/** The nearest number between bounds. */
export const clamp = (value: number, least: number, most: number): number =>
  Math.min(Math.max(value, least), most);
