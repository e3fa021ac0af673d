/** Options of a run. */

import { checkNames, checkPositive } from "./checks.ts";
import { MinimizeError } from "./errors.ts";
import type { Method } from "./method.ts";
import { lbfgs } from "./methods/lbfgs.ts";
import type { HessianProduct } from "./objective.ts";
import type { MinimizationState, SavedMinimization } from "./result.ts";
import type { ValuesLike, Variables } from "./variables.ts";

/** Least and greatest values: one for all unknowns, or in the form of the start. An infinite bound is no bound. */
export interface Bounds<X> {
  /** Least values. Default -Infinity. */
  readonly lower?: number | ValuesLike<X>;
  /** Greatest values. Default Infinity. */
  readonly upper?: number | ValuesLike<X>;
}

/** Options of {@link minimize} and {@link iterate}. */
export interface MinimizeOptions<X = unknown> {
  /** The method. Default `lbfgs()`. */
  readonly method?: Method;
  /**
   * The function is never called outside, not even for differences. A start outside is moved inside. For `lbfgsb` and
   * `nelderMead`. Default: none.
   */
  readonly bounds?: Bounds<X>;
  /** The run has converged if the largest magnitude in the (projected) gradient is at most this. Default 1e-8. */
  readonly gradientTolerance?: number;
  /**
   * The run has converged if the value decreases by at most this part of it, in three iterations in a row, and in three more
   * after the method has forgotten what it learned. Default 1e-15.
   */
  readonly valueTolerance?: number;
  /** The run has converged if no unknown changes by more than this times the largest magnitude among them. Default 0. */
  readonly stepTolerance?: number;
  /** The most iterations. Default 10,000. */
  readonly maxIterations?: number;
  /** The most calls of the function, including those for differences. Default: no limit. */
  readonly maxEvaluations?: number;
  /**
   * Typical sizes of the unknowns: one for all, or in the form of the start. Use it if the sizes are very different. The method
   * then works on each unknown divided by its size; so do tolerances and `gradientNorm`. Default: 1 for the method; for
   * differences the magnitudes of the start, or 1 for an unknown that is nearly zero there.
   */
  readonly typical?: number | ValuesLike<X>;
  /** Computes the Hessian at x times a vector, for `newtonCg` and trust regions. Default: a difference of gradients. */
  readonly hessianProduct?: HessianProduct<X>;
  /** Aborting it stops the run. The result is then the best point so far. */
  readonly signal?: AbortSignal;
  /** Called after each iteration. */
  readonly onProgress?: (state: MinimizationState<X>) => void;
  /** What `save()` returned: the run continues from there, bit for bit. Give the same method. The start says only the form. */
  readonly resume?: SavedMinimization;
}

/** The options that are numbers, with their defaults. */
const numbers = {
  gradientTolerance: 1e-8,
  valueTolerance: 1e-15,
  stepTolerance: 0,
  maxIterations: 10_000,
  maxEvaluations: Infinity,
};

const numberNames = Object.keys(numbers) as (keyof typeof numbers)[];

const known = [
  ...["method", "bounds", "typical", "hessianProduct", "signal", "onProgress", "resume"],
  ...numberNames,
];

/** Options with their defaults. */
export type Settings = Readonly<typeof numbers> & { readonly method: Method };

/** @throws {MinimizeError} if an option is unknown or its value is not valid */
export function settingsOf<X>(options: MinimizeOptions<X>): Settings {
  checkNames("minimize", options, known);
  const { method = lbfgs() } = options;
  const settings = { ...numbers, method };
  for (const name of numberNames) {
    const value = options[name];
    if (value !== undefined) {
      checkPositive("minimize", name, value);
      settings[name] = value;
    }
  }
  if (typeof method?.start !== "function") {
    throw new MinimizeError(
      "minimize: `method` must be a method such as lbfgs(); note the parentheses",
    );
  }
  if (options.bounds !== undefined && !method.bounded) {
    throw new MinimizeError(
      `minimize: ${method.name} does not support bounds; use lbfgsb() or nelderMead()`,
    );
  }
  return settings;
}

/**
 * Bounds as vectors.
 * @throws {MinimizeError} if one is NaN, or a lower one is above its upper one
 */
export function boundsOf<X>(
  bounds: Bounds<X> | undefined,
  variables: Variables,
): { readonly lower?: Float64Array; readonly upper?: Float64Array } {
  if (bounds === undefined) {
    return {};
  }
  checkNames("minimize: bounds", bounds, ["lower", "upper"]);
  const lower = numbersOf("bounds.lower", bounds.lower ?? -Infinity, variables);
  const upper = numbersOf("bounds.upper", bounds.upper ?? Infinity, variables);
  for (let i = 0; i < lower.length; i++) {
    if (!(lower[i]! <= upper[i]!)) {
      throw new MinimizeError(
        `minimize: bounds: \`${variables.nameOf(i)}\` cannot be between ${lower[i]} and ${upper[i]}`,
      );
    }
  }
  return { lower, upper };
}

/**
 * Sizes of the unknowns, if given.
 * @throws {MinimizeError} if one is not above zero
 */
export function sizesOf<X>(
  typical: number | ValuesLike<X> | undefined,
  variables: Variables,
): Float64Array | undefined {
  if (typical === undefined) {
    return undefined;
  }
  const sizes = numbersOf("typical", typical, variables);
  if (!sizes.every((size) => size > 0 && size < Infinity)) {
    throw new MinimizeError("minimize: `typical` must be above 0");
  }
  return sizes;
}

/** A number for each unknown: one for all, or in the form of the start. */
function numbersOf(what: string, given: unknown, variables: Variables): Float64Array {
  const numbers = new Float64Array(variables.length);
  if (typeof given === "number") {
    return numbers.fill(given);
  }
  variables.read(what, given, numbers);
  return numbers;
}
