import { defineOptimizer } from "../builtIn.ts";
import { BindingError, checkOptions, GradientError } from "../runtime/errors.ts";
import type { GradientSource } from "../runtime/gradients/gradients.ts";
import { type FloatArray, typeOf } from "../runtime/memory/memory.ts";
import { optimize } from "../runtime/optimize.ts";
import type { Optimizer } from "../runtime/optimizer.ts";
import {
  type AnyParameter,
  type AnyParameterSource,
  type ArraysOf,
  narrowNumbers,
  type Parameter,
  type ParameterSource,
  type ParametersOf,
} from "../runtime/parameters.ts";
import type { NonFinitePolicy } from "../runtime/settings.ts";
import type { OptimizerState } from "../runtime/state/state.ts";
import { checkOptimizer, checkOptionsGiven } from "./arguments.ts";
import { checkNumbers } from "./checkNumbers.ts";

/** Options of {@link curvature}. */
export interface CurvatureOptions {
  /** Decay of the average of estimates. Default: 0.99. */
  readonly beta2?: number;
  /** The number of updates from one estimate to the next, k in the paper: a whole number, 1 or more. Default: 10. */
  readonly every?: number;
  /** The name of the state that is the average, as in `state()`. Default: `"sophia.h"`. */
  readonly state?: string;
  /** What to do if an estimate is not finite, as for `optimize`. Default: `"throw"`. */
  readonly nonFinite?: NonFinitePolicy;
}

/** An optimizer that uses curvature, from `optimize` or `accumulate`. */
export interface Curved<P extends AnyParameterSource = ParameterSource> {
  /** The parameters, each with its shape. */
  readonly parameters: ParametersOf<P>;
  /** The arrays for gradients, by parameter. */
  readonly gradients: ArraysOf<P>;
  /** The number of updates so far. */
  readonly steps: number;
  /** @internal Whether `gradients` are zero after a step. */
  readonly zeroesGradients?: boolean;
  /** @internal The number of ranks whose gradients a step averages. */
  readonly ranks?: number | undefined;
  /** Sets `gradients` to zero. */
  zeroGradients(): void;
  /** The same as `state()`, but with the arrays themselves, which steps change. */
  stateViews(): OptimizerState;
}

/** Estimates, or the gradients to make them from, by parameter. */
export type EstimateSource<P> = { readonly [K in keyof P]: GradientSource | undefined };

/** Its parameters are the averages, and its gradients are the estimates. */
const mean = defineOptimizer({
  name: "curvatureMean",
  hyper: { beta2: 0.99, sampled: false, examples: 1 },
  rule: `
    estimate = where(sampled, examples * g^2, g)
    p = beta2 * p + (1 - beta2) * estimate
  `,
});

/**
 * The average of estimates of the Hessian's diagonal, for rules such as Sophia.
 *
 * @example
 * const optimizer = optimize(net, sophia());
 * const hessian = curvature(optimizer, { every: 10 });
 * hessian.due; // true
 * hessian.observe({ w: new Float32Array(6).fill(2), b: [2, 2, 2] }); // of |w|^2 + |b|^2
 * optimizer.step({ w: new Float32Array(6).fill(0.1), b: [1, 2, 3] });
 * console.log(hessian.due, hessian.estimates); // false, 1
 */
export class Curvature<P extends AnyParameterSource = ParameterSource> implements Disposable {
  readonly #optimizer: Curved<P>;
  readonly #options: Required<CurvatureOptions>;
  #given: Optimizer | undefined;
  #sampled: Optimizer | undefined;
  #examples = 1;

  /** @internal Made by `curvature`. */
  constructor(optimizer: Curved<P>, options: CurvatureOptions) {
    checkOptimizer("curvature", optimizer, ["parameters", "gradients", "stateViews"]);
    checkOptionsGiven("curvature", options, "{ every: 10 }");
    checkOptions("curvature", options, ["beta2", "every", "state", "nonFinite"]);
    if (optimizer.ranks !== undefined) {
      throw new BindingError(
        "curvature: each rank would have its own estimates, and their means would differ: average them over ranks, and write them into the state",
      );
    }
    const { beta2 = 0.99, every = 10, state = "sophia.h", nonFinite = "throw" } = options;
    checkNumbers("curvature", { beta2: "[0, 1)", every: "whole [1, inf)" }, { beta2, every });
    this.#optimizer = optimizer;
    this.#options = { beta2, every, state, nonFinite };
    this.#means();
  }

  /** Whether an estimate should come before the next update: the first one, and then each `every` updates. */
  get due(): boolean {
    return this.#optimizer.steps % this.#options.every === 0;
  }

  /** The number of estimates taken. */
  get estimates(): number {
    return (this.#given?.steps ?? 0) + (this.#sampled?.steps ?? 0);
  }

  /** The number of estimates that were skipped because they were not finite (`nonFinite: "skip"`). */
  get skippedEstimates(): number {
    return (this.#given?.skippedSteps ?? 0) + (this.#sampled?.skippedSteps ?? 0);
  }

  /**
   * Takes an estimate of the Hessian's diagonal, such as Hutchinson's v ⊙ H v with random signs v. It may have negative elements;
   * there the rule steps by the sign.
   *
   * @param estimate an array for each parameter; undefined for those whose rule keeps no curvature
   * @returns whether it was taken: `false` if it was skipped because it is not finite
   * @throws {GradientError} if an estimate is missing, has another length or is not finite; nothing was taken
   * @throws {DisposedError} after `dispose()` of the optimizer
   */
  observe(estimate: EstimateSource<P>): boolean {
    this.#given ??= this.#bind(false);
    return this.#take(this.#given, estimate);
  }

  /**
   * Takes the Gauss-Newton-Bartlett estimate, B g ⊙ g. Here g is the gradient of the mean loss over B examples with labels drawn
   * from the model itself (`sampleLabels`), not with the labels of the data. The estimate is never negative.
   *
   * @param examples B, a number above 0
   * @param gradients Default: the arrays in `optimizer.gradients`. They stay as they are, except with `zeroGradients`: such an
   *   optimizer sets them to zero here too, because they belong to other labels
   * @returns and throws as `observe`
   * @throws {BindingError} if `examples` is not such a number
   */
  observeSampled(examples: number, gradients?: EstimateSource<P>): boolean {
    checkNumbers("curvature", { examples: "(0, inf)" }, { examples });
    this.#examples = examples;
    this.#sampled ??= this.#bind(true);
    const taken = this.#take(this.#sampled, gradients ?? this.#optimizer.gradients);
    if (gradients === undefined && this.#optimizer.zeroesGradients) {
      this.#optimizer.zeroGradients();
    }
    return taken;
  }

  /** Frees its memory. The optimizer keeps the average. */
  dispose(): void {
    this.#given?.dispose();
    this.#sampled?.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** The optimizer's averages as parameters. Throws if the optimizer was disposed. */
  #means(): Record<string, Parameter> {
    const { state: slot } = this.#options;
    const { parameters } = this.#optimizer.stateViews();
    const shapes = this.#optimizer.parameters as Readonly<Record<string, AnyParameter>>;
    const found: Record<string, Parameter> = {};
    for (const [name, { [slot]: data }] of Object.entries(parameters)) {
      const { shape, data: parameter } = shapes[name]!;
      if (data !== undefined && data.length !== parameter.length) {
        throw new BindingError(
          `curvature: the state \`${slot}\` of \`${name}\` has ${data.length} elements, the parameter ${parameter.length}`,
        );
      }
      if (data !== undefined) {
        if (typeOf(data as unknown) === undefined) {
          throw new BindingError(
            `curvature: the state \`${slot}\` of \`${name}\` is kept as bits: leave it out of \`storage\``,
          );
        }
        found[name] = { data: data as FloatArray, shape };
      }
    }
    if (Object.keys(found).length === 0) {
      throw new BindingError(
        `curvature: no parameter has a state \`${slot}\`; use a rule such as sophia()`,
      );
    }
    return found;
  }

  #bind(sampled: boolean): Optimizer {
    const { beta2, nonFinite } = this.#options;
    const rule = mean({ beta2, sampled, examples: () => this.#examples });
    return optimize(this.#means(), rule, { nonFinite });
  }

  /** Decodes an estimate for a parameter in 16 bits, because averages are computed from numbers. */
  #numbersOf(name: string, given: FloatArray): ArrayLike<number> {
    const { storage } = (this.#optimizer.parameters as Record<string, AnyParameter>)[name]!;
    return storage ? narrowNumbers.value(storage, given) : given;
  }

  #take(optimizer: Optimizer, all: EstimateSource<P>): boolean {
    if (typeof all !== "object" || all === null) {
      throw new GradientError(
        `curvature: estimates must be an object with the names of parameters, such as { w: [...] }, not ${all === null ? "null" : typeof all}`,
      );
    }
    const given = all as Readonly<Record<string, FloatArray>>;
    const means = Object.keys(this.#means());
    try {
      const estimate = Object.fromEntries(
        means.map((name) => [name, this.#numbersOf(name, given[name]!)]),
      );
      return !optimizer.step(estimate).skipped;
    } catch (error) {
      throw error instanceof GradientError
        ? new GradientError(
            `curvature: ${error.message.replace(/^step (\d+): the gradient/, "estimate $1: that")}`,
          )
        : error;
    }
  }
}

/**
 * Keeps the curvature that Sophia divides by: the average h = beta2 h + (1 - beta2) ĥ of estimates ĥ of the Hessian's diagonal,
 * with one estimate every `every` updates.
 *
 * An optimizer cannot estimate curvature from gradients, so you pass estimates. `due` says when. `observe` takes any estimate.
 * `observeSampled` takes gradients of a loss with labels drawn from the model, for losses that are negative log likelihoods. The
 * paper takes the estimate before the update; optax.contrib.sophia and the authors' code take it after, one update late.
 *
 * Options: `beta2` decay of the average (default 0.99), `every` updates from one estimate to the next (10), `state` the name of the
 * average (`"sophia.h"`), `nonFinite` what to do if an estimate is not finite (`"throw"`).
 *
 * Liu et al., 2023, "Sophia: A Scalable Stochastic Second-order Optimizer for Language Model Pre-training", algorithms 1 to 3. It
 * takes no memory before the first estimate. The average is part of the optimizer's state, so there is nothing more to save.
 *
 * @param optimizer an optimizer with a rule that reads such a state, as `sophia` does
 * @throws {BindingError} if no parameter has the state, or an option is unknown or invalid
 * @example
 * const optimizer = optimize(net, sophia());
 * const bowl = curvature(optimizer, { every: 5 });
 * for (let i = 0; i < 10; i++) {
 *   if (bowl.due) bowl.observe({ w: new Float32Array(6).fill(2), b: [2, 2, 2] }); // of |w|² + |b|²
 *   optimizer.step({ w: net.w.data.map((x) => 2 * x), b: net.b.data.map((x) => 2 * x) });
 * }
 */
export function curvature<P extends AnyParameterSource>(
  optimizer: Curved<P>,
  options: CurvatureOptions = {},
): Curvature<P> {
  return new Curvature(optimizer, options);
}
