import { chain, defineTransform, joined, partsOf } from "../rule/define.ts";
import type { HyperDefaults, Rule } from "../rule/definition.ts";
import type { GradientSource } from "../runtime/gradients.ts";
import type { FloatArray, Memory } from "../runtime/memory.ts";
import { type OptimizeOptions, optimize } from "../runtime/optimize.ts";
import type { Optimizer } from "../runtime/optimizer.ts";
import type { ArraysOf, ParameterSource, ParametersOf } from "../runtime/parameters.ts";
import type { StepReport } from "../runtime/report.ts";
import type { ResumePoint } from "../runtime/restore.ts";
import { Resumable } from "../runtime/resumable.ts";
import type { StepInputs } from "../runtime/settings.ts";
import type { OptimizerState } from "../runtime/state.ts";
import { checkNumbers } from "./checkNumbers.ts";

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

/** The outcome of a micro-step. Without an update it has no `lr`, and the norm that `each` takes. */
export interface MicroStepReport extends StepReport {
  /** Whether this micro-step was the last before an update. */
  readonly updated: boolean;
}

/**
 * Adds gradients up. A rule must change parameters; `still`, always true, decides that this one never
 * does, and its kernels do not touch them.
 */
const accumulation = defineTransform({
  name: "accumulation",
  hyper: { still: true },
  state: { total: 0 },
  rule: `
    total = total + g
    p = where(still, p, p + g)
  `,
});

/** As `adding`, but for the parameters that a rule freezes: they need no gradients. */
function whereTrained(rule: Rule, adding: Rule): Rule {
  if (rule.select === undefined) {
    return adding;
  }
  return joined([adding], (pick) =>
    rule.select!(pick) === undefined ? undefined : partsOf([adding], 0, pick),
  );
}

/** An optimizer that makes one update of the mean gradient of several micro-steps. */
export class Accumulator<P extends ParameterSource = ParameterSource>
  extends Resumable
  implements Disposable
{
  /** Steps by the means. */
  readonly #updating: Optimizer<P>;
  /** Steps by the gradients of micro-steps, and only adds them up. */
  readonly #adding: Optimizer<P>;
  /** Views of its sums, by parameter; a frozen one has none. */
  readonly #sums: Readonly<Record<string, FloatArray>>;
  readonly #every: number;
  #count = 0;
  #loss = 0;

  /** @internal Made by `accumulate`. */
  constructor(net: P, ruleOf: (count: () => number) => Rule, options: AccumulateOptions) {
    super();
    const { steps, each = chain(), ...settings } = options;
    checkNumbers("accumulate", { steps: "whole [1, inf)" }, { steps });
    this.#every = steps;
    const rule = ruleOf(() => this.#count);
    this.#updating = optimize(net, rule, settings);
    const { groups: _, seed = 0, ...common } = settings;
    try {
      this.#adding = optimize(net, whereTrained(rule, chain(each, accumulation())), {
        ...common,
        // So that `each` does not draw what the rule draws.
        seed: Number.MAX_SAFE_INTEGER - seed,
      });
    } catch (error) {
      this.#updating.dispose();
      throw error;
    }
    const states = Object.entries(this.#adding.stateViews().parameters);
    const sums = states.map(([name, state]) => [name, state["accumulation.total"]] as const);
    this.#sums = Object.fromEntries(sums.filter((entry) => entry[1] !== undefined)) as Record<
      string,
      FloatArray
    >;
  }

  /** The parameters, each with its shape. */
  get parameters(): ParametersOf<P> {
    return this.#updating.parameters;
  }

  /** Write the gradients of a micro-step here before `step()`. */
  get gradients(): ArraysOf<P> {
    return this.#adding.gradients;
  }

  /** The memory that gradients and sums live in. */
  get memory(): Memory {
    return this.#adding.memory;
  }

  /** The threads that may share long loops. */
  get mostThreads(): number {
    return this.#adding.mostThreads;
  }

  /** The number of updates made: what schedules and `t` count. */
  get steps(): number {
    return this.#updating.steps;
  }

  /** The micro-steps that wait for an update. */
  get pending(): number {
    return this.#count;
  }

  /**
   * The micro-steps that were left out for a gradient which was not finite (`nonFinite: "skip"`), and
   * the updates whose sums were not.
   */
  get skippedSteps(): number {
    return this.#adding.skippedSteps + this.#updating.skippedSteps;
  }

  /**
   * Adds the gradients of one micro-step; the last of each `steps` updates the parameters.
   *
   * @param gradients as for `Optimizer.step`; by default those in `gradients`
   * @param inputs what the rule reads; of several losses it sees the mean
   * @throws {GradientError} where gradients do not fit or are not finite; nothing was added
   * @throws {EvaluationError} inside `evaluate()`
   * @throws {DisposedError} after `dispose()`
   */
  step(
    gradients?: { readonly [K in keyof P]: GradientSource | undefined },
    inputs: StepInputs = {},
  ): MicroStepReport {
    const { skipped, gradientNorm } = this.#adding.step(gradients, inputs);
    if (!skipped) {
      this.#count += 1;
      this.#loss += inputs.loss ?? Number.NaN;
    }
    // More may wait after a restore than one update takes now.
    if (this.#count >= this.#every) {
      return this.flush();
    }
    return { step: this.steps, lr: undefined, lrs: {}, gradientNorm, skipped, updated: false };
  }

  /** Updates the parameters by the mean of the micro-steps that wait, however few; of none not at all. */
  flush(): MicroStepReport {
    const waiting = this.#count;
    if (waiting === 0) {
      const { steps: step } = this;
      return {
        step,
        lr: undefined,
        lrs: {},
        gradientNorm: undefined,
        skipped: false,
        updated: false,
      };
    }
    const loss = this.#loss / waiting;
    try {
      for (const sum of Object.values(this.#sums)) {
        divide(sum, waiting);
      }
      const inputs = Number.isNaN(loss) ? {} : { loss };
      const report = this.#updating.step(this.#sums as ArraysOf<P>, inputs);
      const { step, lr, lrs, gradientNorm, skipped } = report;
      return { step, lr, lrs, gradientNorm, skipped, updated: !skipped };
    } finally {
      for (const sum of Object.values(this.#sums)) {
        sum.fill(0);
      }
      this.#count = 0;
      this.#loss = 0;
    }
  }

  /** Sets `gradients` to zero. */
  zeroGradients(): void {
    this.#adding.zeroGradients();
  }

  /** @see Resumable.stateViews; sums and the state of `each` are in `nested.accumulation`. */
  override stateViews(): OptimizerState {
    return {
      ...this.#updating.stateViews(),
      counters: { pending: this.#count, loss: this.#loss },
      nested: { accumulation: this.#adding.stateViews() },
    };
  }

  /** @internal */
  override resumeAt(point: ResumePoint): void {
    this.#updating.resumeAt(point);
    const added = point.nested["accumulation"];
    if (added !== undefined) {
      this.#adding.resumeAt(added);
      this.#count = point.counters["pending"] ?? 0;
      this.#loss = point.counters["loss"] ?? 0;
    }
  }

  /** @see Optimizer.evaluate */
  evaluate<T>(callback: () => T): T {
    // Both, so that a micro-step in the callback is refused.
    return this.#updating.evaluate(() => this.#adding.evaluate(callback));
  }

  /** @see Optimizer.evaluation */
  evaluation(): ArraysOf<P> {
    return this.#updating.evaluation();
  }

  dispose(): void {
    this.#adding.dispose();
    this.#updating.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** Here and not in a rule, so that the rule reports the norm of the mean, and takes it without a trace. */
function divide(array: FloatArray, by: number): void {
  for (let index = 0; index < array.length; index++) {
    array[index] = array[index]! / by;
  }
}

/**
 * Makes one update of the mean gradient of `steps` micro-steps: a large batch in the memory of a small
 * one. Schedules, `t` and `steps` count updates, not micro-steps.
 *
 * The mean is taken before the rule's first transform, and is the sum over their number. A micro-step
 * that is skipped counts neither for the mean nor for `steps`. Rows of sparse gradients are added to a
 * whole gradient, so the update moves every row. Takes one more array a parameter, for the sums.
 *
 * Optax calls it MultiSteps, which keeps a running mean; in PyTorch one calls `backward` several times
 * and divides the loss by hand; Keras has `gradient_accumulation_steps`. None of them has `each`.
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
