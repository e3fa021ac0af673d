/** Wraps a user's function for methods: it takes a flat vector, counts calls, keeps to limits, and always has a gradient. */

import { tagOf } from "../tag.ts";
import { differentiate } from "./differences.ts";
import { MinimizeError } from "./errors.ts";
import type { Objective, Point, Reason } from "./method.ts";
import type { Scaling } from "./scaling.ts";
import type { Form, GradientForm, ValuesLike, Variables } from "./variables.ts";

/** A value with its gradient. */
export interface ValueAndGradient<X> {
  /** The function's value. */
  readonly value: number;
  /** The derivative by each unknown, in the form of the unknowns. */
  readonly gradient: ValuesLike<X>;
}

/**
 * The function to minimize. It returns
 * - `{ value, gradient }`, with the gradient in the form of the start; or
 * - the value, if it has a second parameter and has filled in the gradient there: nothing is copied; or
 * - the value alone: the gradient is then computed by central differences, with 2 evaluations for each unknown.
 *
 * Do not keep `x` or `gradient`: the arrays are reused.
 */
export type ObjectiveFunction<X> = (
  x: Form<X>,
  gradient: GradientForm<X>,
) => number | ValueAndGradient<X>;

/** Returns the Hessian at `x` times a vector, in the form of the start. */
export type HessianProduct<X> = (x: Form<X>, vector: Form<X>) => ValuesLike<X>;

/** Thrown to end a step when a limit is reached or the signal is aborted. The state before the step stays. */
export class Interruption {
  readonly reason: Reason;

  constructor(reason: Reason) {
    this.reason = reason;
  }
}

/** The limits of a run. */
export interface Limits {
  readonly maxEvaluations: number;
  readonly signal?: AbortSignal | undefined;
}

/** A user's function, whatever its form. */
export type AnyFunction = (x: unknown, ...more: readonly unknown[]) => unknown;

/** The function with its count. */
export class CountedObjective implements Objective {
  readonly lower: Float64Array | undefined;
  readonly upper: Float64Array | undefined;
  /** Calls of the function. */
  evaluations = 0;
  startValue = Infinity;
  /** Where gradients come from; undefined before the first. */
  gradientBy: "given" | "differences" | undefined;
  /** Sizes of the unknowns for differences, taken from the first point that needs them, the start. */
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
      const result = this.#call(point.x);
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

  hessianProduct(point: Point, vector: Float64Array, into: Float64Array): boolean {
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
    const result = this.#call(x);
    return typeof result === "number"
      ? result
      : ((result as ValueAndGradient<unknown>)?.value ?? Number.NaN);
  }

  #call(x: Float64Array, ...gradient: readonly unknown[]): unknown {
    const { signal, maxEvaluations } = this.#limits;
    if (signal?.aborted && this.evaluations > 0) {
      throw new Interruption("cancelled");
    }
    if (this.evaluations >= maxEvaluations) {
      throw new Interruption("evaluations");
    }
    this.evaluations++;
    return this.#function(this.#variables.form(this.#scaling.outward(x)), ...gradient);
  }
}
