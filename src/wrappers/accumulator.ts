import { chain } from "../rule/define.ts";
import type { Rule, Schedule } from "../rule/definition.ts";
import { DisposedError } from "../runtime/errors.ts";
import type { GradientSource } from "../runtime/gradients.ts";
import type { FloatArray, Memory, StoredElements } from "../runtime/memory.ts";
import { optimize } from "../runtime/optimize.ts";
import type { Optimizer } from "../runtime/optimizer.ts";
import type {
  AnyParameterSource,
  ArraysOf,
  ParameterSource,
  ParametersOf,
} from "../runtime/parameters.ts";
import type { ResumePoint } from "../runtime/restore.ts";
import { Resumable } from "../runtime/resumable.ts";
import type { StepInputs } from "../runtime/settings.ts";
import type { OptimizerState } from "../runtime/state.ts";
import { addingBelow, divide, whereTrained } from "./accumulation.ts";
import { checkNumbers } from "./checkNumbers.ts";
import { type AccumulateOptions, type MicroStepReport, withoutUpdate } from "./microStep.ts";
import { Undo } from "./undo.ts";

/** An optimizer that makes one update of the mean gradient of several micro-steps. */
export class Accumulator<P extends AnyParameterSource = ParameterSource>
  extends Resumable
  implements Disposable
{
  /** Steps by the means. */
  readonly #updating: Optimizer<P>;
  /** Steps by the gradients of micro-steps, and only adds them up. */
  readonly #adding: Optimizer<P>;
  /** Views of its sums, by parameter; a frozen one has none. */
  readonly #sums: Readonly<Record<string, FloatArray>>;
  readonly #every: Schedule;
  /** Whether an update is by the mean. */
  readonly #divides: boolean;
  /** Whether the last micro-step was taken, by a 0 if not. */
  readonly #taken: FloatArray | undefined;
  /** Whether a micro-step sets its gradients to zero. */
  readonly #zeroes: boolean;
  /** All that micro-steps keep. */
  readonly #kept: readonly FloatArray[];
  readonly #undo = new Undo();
  #count = 0;
  #loss = 0;
  #leftOut = 0;
  /** Whether there are own gradients. */
  #asked = false;
  #disposed = false;

  /** @internal Made by `accumulate`. */
  constructor(net: P, ruleOf: (count: () => number) => Rule, options: AccumulateOptions) {
    super();
    const { steps, each = chain(), reduction = "mean", skipAbove, ...settings } = options;
    this.#every = (update) => {
      const every = typeof steps === "function" ? steps(update) : steps;
      checkNumbers("accumulate", { steps: "whole [1, inf)" }, { steps: every });
      return every;
    };
    this.#every(1);
    this.#divides = reduction === "mean";
    this.#zeroes = settings.zeroGradients ?? false;
    const rule = ruleOf(() => this.#count);
    this.#updating = optimize(net, rule, settings);
    // Sums are kept in full.
    const { groups: _, storage: __, seed = 0, ...common } = settings;
    try {
      this.#adding = optimize(net, whereTrained(rule, chain(each, addingBelow(skipAbove))), {
        ...common,
        // So that `each` does not draw what the rule draws.
        seed: Number.MAX_SAFE_INTEGER - seed,
      });
    } catch (error) {
      this.#updating.dispose();
      throw error;
    }
    const states = Object.entries(
      this.#adding.stateViews().parameters as Record<string, Record<string, FloatArray>>,
    );
    this.#taken = states.map(([, state]) => state["accumulation.taken"]).find(Boolean);
    this.#kept = states.flatMap(([, state]) => Object.values(state));
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
    this.#asked = true;
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

  /** @internal Whether `gradients` are zero behind a micro-step. */
  get zeroesGradients(): boolean {
    return this.#zeroes;
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
   * The micro-steps that were left out for a gradient which was not finite (`nonFinite: "skip"`) or for their norm
   * (`skipAbove`), and the updates whose sums were not finite.
   */
  get skippedSteps(): number {
    return this.#adding.skippedSteps + this.#leftOut + this.#updating.skippedSteps;
  }

  /**
   * Adds the gradients of one micro-step; the last of each `steps` updates the parameters.
   *
   * @param gradients as for `Optimizer.step`; by default those in `gradients`
   * @param inputs what the rule reads; of several losses it sees the mean
   * @throws {GradientError} where gradients do not fit or are not finite, and what the update throws; nothing
   *   was added, and what waited still waits
   * @throws {EvaluationError} inside `evaluate()`
   * @throws {DisposedError} after `dispose()`
   */
  step(
    gradients?: { readonly [K in keyof P]: GradientSource | undefined },
    inputs?: StepInputs,
  ): MicroStepReport {
    const every = this.#every(this.steps + 1);
    // More may wait after a restore than one update takes now.
    if (this.#count + 1 < every) {
      return this.#add(gradients, inputs);
    }
    return this.#orNothing(gradients === undefined, () => {
      const report = this.#add(gradients, inputs);
      return this.#count < every ? report : this.#update();
    });
  }

  /**
   * Updates the parameters by the mean of the micro-steps that wait, however few; of none not at all.
   * @throws what `Optimizer.step` throws; what waited still waits
   */
  flush(): MicroStepReport {
    if (this.#count === 0) {
      return withoutUpdate(this.steps, undefined, false);
    }
    return this.#orNothing(false, () => this.#update());
  }

  /** Forgets the micro-steps that wait, such as those of which no mean can be made. */
  discard(): void {
    this.#assertAlive();
    for (const sum of Object.values(this.#sums)) {
      sum.fill(0);
    }
    this.#count = 0;
    this.#loss = 0;
  }

  /** Sets `gradients` to zero. */
  zeroGradients(): void {
    this.#adding.zeroGradients();
  }

  /** @see Resumable.stateViews; sums and the state of `each` are in `nested.accumulation`. */
  override stateViews(): OptimizerState {
    return {
      ...this.#updating.stateViews(),
      counters: { pending: this.#count, loss: this.#loss, leftOut: this.#leftOut },
      nested: { accumulation: this.#adding.stateViews() },
    };
  }

  /** @internal */
  override resumeAt(point: ResumePoint): void {
    const before = this.#updating.stateViews();
    this.#updating.resumeAt(point);
    const added = point.nested["accumulation"];
    if (added !== undefined) {
      try {
        this.#adding.resumeAt(added);
      } catch (error) {
        this.#updating.restore(before);
        throw error;
      }
      this.#count = point.counters["pending"] ?? 0;
      this.#loss = point.counters["loss"] ?? 0;
      this.#leftOut = point.counters["leftOut"] ?? 0;
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
    this.#disposed = true;
    this.#adding.dispose();
    this.#updating.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #add(
    gradients: { readonly [K in keyof P]: GradientSource | undefined } | undefined,
    inputs: StepInputs | undefined,
  ): MicroStepReport {
    const { skipped, gradientNorm } = this.#adding.step(gradients, inputs);
    const leftOut = !skipped && this.#taken?.[0] === 0;
    if (leftOut) {
      this.#leftOut += 1;
    } else if (!skipped) {
      this.#count += 1;
      this.#loss += inputs?.loss ?? Number.NaN;
    }
    return withoutUpdate(this.steps, gradientNorm, skipped || leftOut);
  }

  #update(): MicroStepReport {
    const divisor = this.#divides ? this.#count : 1;
    for (const sum of divisor === 1 ? [] : Object.values(this.#sums)) {
      divide(sum, divisor);
    }
    const loss = this.#loss / divisor;
    const inputs = Number.isNaN(loss) ? {} : { loss };
    const report = this.#updating.step(this.#sums as ArraysOf<P>, inputs);
    const { step, lr, lrs, gradientNorm, skipped } = report;
    this.discard();
    return { step, lr, lrs, gradientNorm, skipped, updated: !skipped };
  }

  /**
   * Makes a call that changes all that micro-steps keep, or none of it.
   * @param own whether it may set the gradients in `gradients` to zero
   */
  #orNothing<T>(own: boolean, call: () => T): T {
    this.#assertAlive();
    const gradients = own && this.#zeroes && this.#asked ? Object.values(this.gradients) : [];
    const arrays = [...this.#kept, ...(gradients as StoredElements[])];
    const [count, loss, leftOut] = [this.#count, this.#loss, this.#leftOut];
    const { steps: step, skippedSteps } = this.#adding;
    return this.#undo.during(arrays, call, () => {
      [this.#count, this.#loss, this.#leftOut] = [count, loss, leftOut];
      if (this.#adding.steps !== step) {
        this.#adding.restore({ ...this.#adding.stateViews(), step, skippedSteps });
      }
    });
  }

  #assertAlive(): void {
    if (this.#disposed) {
      throw new DisposedError("this optimizer was disposed; make a new one with accumulate()");
    }
  }
}
