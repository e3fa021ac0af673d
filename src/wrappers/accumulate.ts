import { chain, defineOptimizer, defineTransform } from "../rule/define.ts";
import type { HyperDefaults, Rule } from "../rule/definition.ts";
import { BindingError } from "../runtime/errors.ts";
import type { GradientSource } from "../runtime/gradients.ts";
import type { FloatArray } from "../runtime/memory.ts";
import { type OptimizeOptions, optimize } from "../runtime/optimize.ts";
import type { Optimizer } from "../runtime/optimizer.ts";
import type { ArraysOf, Parameter, ParameterSource, ParametersOf } from "../runtime/parameters.ts";
import type { StepReport } from "../runtime/report.ts";
import type { OptimizerState, StepInputs } from "../runtime/settings.ts";

/** Options of {@link accumulate}: those of `optimize`, and how many micro-steps make an update. */
export interface AccumulateOptions<H extends HyperDefaults = HyperDefaults>
  extends OptimizeOptions<H> {
  /** Micro-steps to one update: a whole number from 1 on. */
  readonly steps: number;
  /**
   * What is done to the gradients of each micro-step before they are added, such as
   * `clipByGlobalNorm(1)`. Default: nothing.
   */
  readonly each?: Rule;
}

/** The outcome of a micro-step: the report of the last update, or of this one. */
export interface MicroStepReport extends StepReport {
  /** Whether this micro-step was the last before an update. */
  readonly updated: boolean;
}

/** Adds gradients up: a rule whose parameters are the sums. */
const add = defineOptimizer({ name: "add", hyper: {}, rule: "p = p + g" });
const mean = defineTransform({ name: "meanOf", hyper: { count: 1 }, rule: "g = g / count" });

/** An optimizer that makes one update of the mean gradient of several micro-steps. */
export class Accumulator<P extends ParameterSource = ParameterSource> implements Disposable {
  readonly #optimizer: Optimizer<P>;
  readonly #sums: Optimizer;
  /** The sums: the optimizer's gradients, where its memory has room for more. */
  readonly #arrays: Readonly<Record<string, FloatArray>>;
  readonly #every: number;
  #count = 0;
  #loss = 0;

  /** @internal Made by `accumulate`. */
  constructor(net: P, ruleOf: (count: () => number) => Rule, options: AccumulateOptions) {
    const { steps, each, ...settings } = options;
    if (!Number.isSafeInteger(steps) || steps < 1) {
      throw new BindingError(`accumulate: steps is a whole number from 1 on, not ${steps}`);
    }
    this.#every = steps;
    const count = () => Math.max(1, this.#count);
    this.#optimizer = optimize(net, chain(mean({ count }), ruleOf(count)), settings);
    this.#arrays = this.#makeArrays();
    const shapes = Object.entries<Parameter>(this.#optimizer.parameters);
    const sums = shapes.map(([name, { shape }]) => [name, { data: this.#arrays[name]!, shape }]);
    const { groups: _, ...common } = settings;
    this.#sums = optimize(Object.fromEntries(sums), each ? chain(each, add()) : add(), common);
  }

  /** The parameters, each with its shape. */
  get parameters(): ParametersOf<P> {
    return this.#optimizer.parameters;
  }

  /** Write the gradients of a micro-step here before `step()`. */
  get gradients(): ArraysOf<P> {
    return this.#sums.gradients as ArraysOf<P>;
  }

  /** The number of updates made: what schedules and `t` count. */
  get steps(): number {
    return this.#optimizer.steps;
  }

  /** The micro-steps that wait for an update. */
  get pending(): number {
    return this.#count;
  }

  /** The micro-steps that were left out for a gradient which was not finite (`nonFinite: "skip"`). */
  get skippedSteps(): number {
    return this.#sums.skippedSteps;
  }

  /**
   * Adds the gradients of one micro-step; the last of each `steps` updates the parameters.
   *
   * @param gradients as for `Optimizer.step`; by default those in `gradients`
   * @param inputs what the rule reads; of several losses it sees the mean
   * @throws {GradientError} where gradients do not fit or are not finite; nothing was added
   */
  step(
    gradients?: { readonly [K in keyof P]: GradientSource | undefined },
    inputs: StepInputs = {},
  ): MicroStepReport {
    const { skipped } = this.#sums.step(gradients as Record<string, GradientSource>);
    if (!skipped) {
      this.#count += 1;
      this.#loss += inputs.loss ?? Number.NaN;
    }
    if (this.#count === this.#every) {
      return this.flush();
    }
    return { step: this.steps, lr: undefined, gradientNorm: undefined, skipped, updated: false };
  }

  /** Updates the parameters by the mean of the micro-steps that wait, however few; of none not at all. */
  flush(): MicroStepReport {
    const waiting = this.#count;
    if (waiting === 0) {
      const { steps: step } = this;
      return { step, lr: undefined, gradientNorm: undefined, skipped: false, updated: false };
    }
    const loss = this.#loss / waiting;
    try {
      const sums = this.#optimizer.memory.shared ? undefined : this.#arrays;
      const inputs = Number.isNaN(loss) ? {} : { loss };
      const report = this.#optimizer.step(sums as ArraysOf<P> | undefined, inputs);
      const { step, lr, gradientNorm, skipped } = report;
      return { step, lr, gradientNorm, skipped, updated: !skipped };
    } finally {
      for (const array of Object.values(this.#arrays)) {
        array.fill(0);
      }
      this.#count = 0;
      this.#loss = 0;
    }
  }

  /** Sets `gradients` to zero. */
  zeroGradients(): void {
    this.#sums.zeroGradients();
  }

  /** @see Optimizer.state */
  state(): OptimizerState {
    return this.#optimizer.state();
  }

  /** @see Optimizer.evaluate */
  evaluate<T>(callback: () => T): T {
    return this.#optimizer.evaluate(callback);
  }

  /** @see Optimizer.evaluation */
  evaluation(): ArraysOf<P> {
    return this.#optimizer.evaluation();
  }

  #makeArrays(): Readonly<Record<string, FloatArray>> {
    if (this.#optimizer.memory.shared) {
      return this.#optimizer.gradients as unknown as Readonly<Record<string, FloatArray>>;
    }
    const shapes = Object.entries<Parameter>(this.#optimizer.parameters);
    return Object.fromEntries(shapes.map(([name, { data }]) => [name, data.slice().fill(0)]));
  }

  dispose(): void {
    this.#sums.dispose();
    this.#optimizer.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/**
 * Makes one update of the mean gradient of `steps` micro-steps: a large batch in the memory of a small
 * one. Schedules, `t` and `steps` count updates, not micro-steps.
 *
 * The mean is taken before the rule's first transform. A micro-step that is skipped counts neither for
 * the mean nor for `steps`. Takes one more array a parameter, for the sums.
 *
 * Optax calls it MultiSteps; in PyTorch one calls `backward` several times and divides the loss by
 * hand; Keras has `gradient_accumulation_steps`.
 *
 * @param net the parameters, as for `optimize`
 * @throws {BindingError} where `steps` is none, and as `optimize` does
 * @example
 * const optimizer = accumulate(net, adamw(), { steps: 4 });
 * for (let i = 0; i < 10; i++) optimizer.step({ w: new Float32Array(6).fill(i), b: [1, 2, 3] });
 * optimizer.flush(); // the last two
 * optimizer.steps; // 3
 */
export function accumulate<P extends ParameterSource, H extends HyperDefaults>(
  net: P,
  rule: Rule<H>,
  options: AccumulateOptions<NoInfer<H>>,
): Accumulator<P> {
  return new Accumulator(net, () => rule, options as unknown as AccumulateOptions);
}
