/** A user's function as methods see it: of a flat vector, counted, within limits, with a gradient however it is made. */

import { tagOf } from "../tag.ts";
import { differentiate } from "./differences.ts";
import { MinimizeError } from "./errors.ts";
import type { Objective, Point, Reason } from "./method.ts";
import type { Scaling } from "./scaling.ts";
import type { Form, Given, GradientForm, Variables } from "./variables.ts";

/** A value with its gradient. */
export interface ValueAndGradient<X> {
  /** The function's value. */
  readonly value: number;
  /** Its derivative by each unknown, in the form of the unknowns. */
  readonly gradient: Given<X>;
}

/**
 * What is minimised. It returns
 * - `{ value, gradient }`, the gradient in the start's form: both at once, for they share most of their work; or
 * - the value, after it has filled in `gradient`, if it has this second parameter: nothing is copied; or
 * - the value alone: the gradient is then taken by central differences, 2 evaluations an unknown.
 *
 * Neither `x` nor `gradient` is to be kept: the arrays are used again.
 */
export type ObjectiveFunction<X> = (
  x: Form<X>,
  gradient: GradientForm<X>,
) => number | ValueAndGradient<X>;

/** A Hessian times a vector, in the start's form. */
export type HessianProduct<X> = (x: Form<X>, vector: Form<X>) => Given<X>;

/** Ends a step that a limit or the signal interrupts; what was before the step stands. */
export class Interruption {
  readonly reason: Reason;

  constructor(reason: Reason) {
    this.reason = reason;
  }
}

/** What limits a run. */
export interface Limits {
  readonly maxEvaluations: number;
  readonly signal?: AbortSignal | undefined;
}

/** A user's function, whatever its form. */
export type AnyFunction = (x: unknown, gradient: unknown) => unknown;

/** The function with its count. */
export class CountedObjective implements Objective {
  readonly lower: Float64Array | undefined;
  readonly upper: Float64Array | undefined;
  /** Calls of the function. */
  evaluations = 0;
  startValue = Infinity;
  /** How gradients have been made; undefined before the first. */
  gradientBy: "given" | "differences" | undefined;
  /** Sizes of unknowns for differences: those of the first point that needs one, the start. */
  typical: Float64Array | undefined;
  readonly #function: AnyFunction;
  readonly #fills: boolean;
  readonly #variables: Variables;
  readonly #scaling: Scaling;
  readonly #limits: Limits;
  readonly #product: AnyFunction | undefined;

  constructor(
    given: AnyFunction,
    variables: Variables,
    scaling: Scaling,
    limits: Limits,
    product: AnyFunction | undefined,
  ) {
    this.#function = given;
    this.#fills = given.length >= 2;
    this.#variables = variables;
    this.#scaling = scaling;
    const { lower, upper } = scaling.bounds;
    this.lower = lower;
    this.upper = upper;
    this.#limits = limits;
    this.#product = product;
  }

  get unknowns(): number {
    return this.#variables.length;
  }

  evaluate(point: Point): void {
    if (!this.evaluateValue(point)) {
      this.differentiate(point);
    }
  }

  evaluateValue(point: Point): boolean {
    if (!this.#fills) {
      const result = this.#call(point.x, undefined);
      if (typeof result === "number") {
        point.value = result;
        return false;
      }
      return this.#take(result, point);
    }
    point.gradient.fill(0);
    const gradient = this.#variables.apart(point.gradient);
    const result = this.#call(point.x, gradient);
    if (typeof result !== "number") {
      return this.#take(result, point);
    }
    point.value = result;
    if (gradient !== point.gradient) {
      this.#variables.read("gradient", gradient, point.gradient);
    }
    this.#scaling.gradientInward(point.gradient);
    this.gradientBy = "given";
    return true;
  }

  differentiate(point: Point): void {
    this.gradientBy = "differences";
    const { x, value, gradient } = point;
    if (!Number.isFinite(value)) {
      gradient.fill(Number.NaN);
      return;
    }
    const { lower, upper } = this;
    this.typical ??= this.#scaling.sizesAt(x);
    const { typical } = this;
    differentiate(x, value, () => this.#valueAt(x), { lower, upper, typical }, gradient);
  }

  givenProduct(point: Point, vector: Float64Array, into: Float64Array): boolean {
    const product = this.#product?.(
      this.#variables.form(this.#scaling.outward(point.x)),
      this.#variables.apart(this.#scaling.outward(vector).slice()),
    );
    if (product !== undefined) {
      this.#variables.read("hessianProduct", product, into);
      this.#scaling.gradientInward(into);
    }
    return product !== undefined;
  }

  #take(result: unknown, point: Point): true {
    const { value, gradient } = (result ?? {}) as Partial<ValueAndGradient<unknown>>;
    if (typeof value !== "number" || gradient === undefined) {
      throw new MinimizeError(
        `minimize: the function must return a number or { value, gradient }, not ${tagOf(result) ?? result}`,
      );
    }
    point.value = value;
    this.#variables.read("gradient", gradient, point.gradient);
    this.#scaling.gradientInward(point.gradient);
    this.gradientBy = "given";
    return true;
  }

  #valueAt(x: Float64Array): number {
    const result = this.#call(x, undefined);
    return typeof result === "number"
      ? result
      : ((result as ValueAndGradient<unknown>)?.value ?? Number.NaN);
  }

  #call(x: Float64Array, gradient: unknown): unknown {
    const { signal, maxEvaluations } = this.#limits;
    if (signal?.aborted && this.evaluations > 0) {
      throw new Interruption("cancelled");
    }
    if (this.evaluations >= maxEvaluations) {
      throw new Interruption("evaluations");
    }
    this.evaluations++;
    return this.#function(this.#variables.form(this.#scaling.outward(x)), gradient);
  }
}
