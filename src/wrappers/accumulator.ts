/** An optimizer around the sums of micro-steps. */
import { chain } from "../rule/define.ts";
import type { Schedule } from "../rule/definition.ts";
import type { Plan } from "../runtime/binding/plans.ts";
import type { AnyOptimizer } from "../runtime/contract.ts";
import { DisposedError } from "../runtime/errors.ts";
import type { GradientSource } from "../runtime/gradients/gradients.ts";
import type { FloatArray, Memory, StoredElements } from "../runtime/memory/memory.ts";
import { optimize } from "../runtime/optimize.ts";
import type { Optimizer } from "../runtime/optimizer.ts";
import type { AnyParameterSource, ArraysOf, ParameterSource } from "../runtime/parameters.ts";
import type { StepInputs } from "../runtime/settings.ts";
import type { ResumePoint } from "../runtime/state/restore.ts";
import type { OptimizerState } from "../runtime/state/state.ts";
import { addingBelow, divide, whereTrained } from "./accumulation.ts";
import {
  type AccumulatorSource,
  everyOf,
  type MicroStepReport,
  microStepReport,
  suffixAround,
  type Waiting,
  withoutUpdate,
} from "./microStep.ts";
import { Undo } from "./undo.ts";
import { Wrapper } from "./wrapper.ts";

/**
 * An optimizer that makes one update from the mean gradient of several micro-steps.
 *
 * @example
 * const optimizer = accumulate(net, sgd({ lr: 1 }), { steps: 2 });
 * optimizer.step({ w: [9, 9, 9, 9, 9, 9], b: [9, 9, 9] });
 * optimizer.discard(); // that batch was broken
 * optimizer.step({ w: [1, 1, 1, 1, 1, 1], b: [1, 2, 3] });
 * optimizer.step({ w: [3, 3, 3, 3, 3, 3], b: [1, 2, 3] });
 * console.log(optimizer.pending, optimizer.steps); // 0, 1
 * net.w.data; // [-2, -2, -2, -2, -2, -2]: the mean of both
 */
export class Accumulator<P extends AnyParameterSource = ParameterSource>
  extends Wrapper<P>
  implements AnyOptimizer<P>
{
  /** Binds the same rule with the same options to other parameters, from the first step. */
  readonly bindTo: <Q extends AnyParameterSource>(net: Q) => Accumulator<Q>;
  readonly outermost: string | undefined;
  readonly #check: AccumulatorSource<P>["check"];
  /** Its steps only add up the gradients of micro-steps. */
  readonly #adding: Optimizer<P>;
  /** Views of the sums, by parameter. A frozen one has none. */
  readonly #sums: Readonly<Record<string, FloatArray>>;
  readonly #every: Schedule;
  /** Whether an update uses the mean. */
  readonly #divides: boolean;
  /** Whether the last micro-step was taken: 0 if not. */
  readonly #taken: FloatArray | undefined;
  /** All arrays that micro-steps change. */
  readonly #kept: readonly FloatArray[];
  readonly #undo = new Undo();
  readonly #waiting: Waiting;
  /** The suffix of its names in a state, which differs from those of such optimizers inside this one. */
  readonly #suffix: string;
  #leftOut = 0;
  /** Whether the caller has asked for `gradients`. */
  #asked = false;
  #disposed = false;

  /** @internal Made by `accumulate`. */
  constructor(source: AccumulatorSource<P>) {
    const { inner, waiting, net, options, outermost, check } = source;
    super(inner);
    this.bindTo = source.bindTo as typeof this.bindTo;
    check(inner.plans);
    this.#check = check;
    this.outermost = outermost;
    this.#waiting = waiting;
    this.#suffix = suffixAround(inner);
    const { steps, each = chain(), reduction = "mean", skipAbove, ...settings } = options;
    this.#every = everyOf(steps);
    this.#divides = reduction === "mean";
    // Sums are kept without a storage. All ranks leave out the same: the update finds a sum that is not finite on all of them.
    const { groups: _, storage: __, seed = 0, ...common } = settings;
    this.#adding = optimize(net, whereTrained(inner, chain(each, addingBelow(skipAbove))), {
      ...common,
      ...(inner.ranks !== undefined && { nonFinite: "allow" }),
      // So that `each` draws other random numbers than the rule.
      seed: Number.MAX_SAFE_INTEGER - seed,
    });
    type Arrays = Readonly<Record<string, FloatArray>>;
    const states = Object.entries(this.#adding.stateViews().parameters as Record<string, Arrays>);
    this.#taken = states.map(([, state]) => state["accumulation.taken"]).find(Boolean);
    this.#kept = states.flatMap(([, state]) => Object.values(state));
    const sums = states.map(([name, state]) => [name, state["accumulation.total"]] as const);
    this.#sums = Object.fromEntries(sums.filter((entry) => entry[1] !== undefined)) as Arrays;
  }

  /** Write the gradients of a micro-step here before `step()`. */
  override get gradients(): ArraysOf<P> {
    this.#asked = true;
    return this.#adding.gradients;
  }

  /** The memory of gradients and sums. */
  override get memory(): Memory {
    return this.#adding.memory;
  }

  override get maxThreads(): number {
    return this.#adding.maxThreads;
  }

  /** Whether `gradients` are zero after a micro-step. */
  override get zeroesGradients(): boolean {
    return this.#adding.zeroesGradients;
  }

  /** @see AnyOptimizer.plans */
  override get plans(): readonly Plan[] {
    return [...this.inner.plans, ...this.#adding.plans];
  }

  /** The number of micro-steps that wait. */
  override get pending(): number {
    return this.#waiting.count;
  }

  /**
   * The number of micro-steps that were left out because a gradient was not finite (`nonFinite: "skip"`) or for their norm
   * (`skipAbove`), plus the number of updates whose sums were not finite.
   */
  override get skippedSteps(): number {
    return this.#adding.skippedSteps + this.#leftOut + this.inner.skippedSteps;
  }

  /**
   * Adds the gradients of one micro-step. After every `steps` micro-steps, it updates the parameters.
   *
   * @param gradients as for `Optimizer.step`; by default those in `gradients`
   * @param inputs what the rule reads; it sees the mean of several losses
   * @returns a report of this micro-step, a new object each time
   * @throws {GradientError} if gradients do not fit or are not finite, and all errors of the update. Nothing was added, and earlier
   *   micro-steps still wait
   * @throws {EvaluationError} inside `evaluate()`
   * @throws {DisposedError} after `dispose()`
   */
  step(
    gradients?: { readonly [K in keyof P]: GradientSource | undefined },
    inputs?: StepInputs,
  ): MicroStepReport {
    const every = this.#every(this.steps + 1);
    // After a restore, more may wait than one update takes now.
    if (this.pending + 1 < every) {
      return this.#add(gradients, inputs);
    }
    return this.#orNothing(gradients === undefined, () => {
      const report = this.#add(gradients, inputs);
      return this.pending < every ? report : this.#update();
    });
  }

  /**
   * Updates the parameters with the mean of the micro-steps that wait, however few. If none waits, it does nothing. If an optimizer
   * inside also has waiting gradients, it makes its update too.
   * @throws all errors of `Optimizer.step`; the micro-steps still wait
   */
  override flush(): MicroStepReport {
    const { inner } = this;
    const own = () => (this.pending === 0 ? withoutUpdate(this.steps) : this.#update());
    if (inner.flush === undefined) {
      return this.pending === 0 ? own() : this.#orNothing(false, own);
    }
    const before = inner.state();
    try {
      return this.#orNothing(false, () => {
        const report = own();
        return report.updated ? report : microStepReport(inner.flush!());
      });
    } catch (error) {
      inner.restore(before);
      throw error;
    }
  }

  /** Discards the micro-steps that wait, for example if their mean cannot be computed. */
  discard(): void {
    this.#assertAlive();
    for (const sum of Object.values(this.#sums)) {
      sum.fill(0);
    }
    this.#waiting.count = 0;
    this.#waiting.loss = 0;
  }

  /** Sets `gradients` to zero. */
  override zeroGradients(): void {
    this.#adding.zeroGradients();
  }

  /** The same as `state()`, but with the arrays themselves. Sums and the state of `each` are in `nested.accumulation`. */
  override stateViews(): OptimizerState {
    const views = super.stateViews();
    const { count, loss } = this.#waiting;
    const counters = { pending: count, loss, leftOut: this.#leftOut };
    const own = Object.entries(counters).map(([name, value]) => [name + this.#suffix, value]);
    return {
      ...views,
      counters: { ...views.counters, ...Object.fromEntries(own) },
      nested: { ...views.nested, [`accumulation${this.#suffix}`]: this.#adding.stateViews() },
    };
  }

  override resumeAt(point: ResumePoint): void {
    const before = super.stateViews();
    super.resumeAt(point);
    const added = point.nested[`accumulation${this.#suffix}`];
    if (added !== undefined) {
      try {
        this.#adding.resumeAt(added);
      } catch (error) {
        this.inner.restore(before);
        throw error;
      }
      const saved = (name: string) => point.counters[name + this.#suffix] ?? 0;
      this.#waiting.count = saved("pending");
      this.#waiting.loss = saved("loss");
      this.#leftOut = saved("leftOut");
    }
  }

  /** Throws if it cannot wrap such rules. `setHyper` calls it before it changes anything. */
  checkPlans(plans: readonly Plan[]): void {
    this.#check(plans);
  }

  override evaluate<T>(callback: () => T): T {
    // Evaluates both, so that a micro-step in the callback is refused.
    return super.evaluate(() => this.#adding.evaluate(callback));
  }

  override dispose(): void {
    this.#disposed = true;
    this.#adding.dispose();
    super.dispose();
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
      this.#waiting.count += 1;
      this.#waiting.loss += inputs?.loss ?? Number.NaN;
    }
    return withoutUpdate(this.steps, gradientNorm, skipped || leftOut);
  }

  #update(): MicroStepReport {
    const { count } = this.#waiting;
    const divisor = this.#divides ? count : 1;
    for (const sum of divisor === 1 ? [] : Object.values(this.#sums)) {
      divide(sum, divisor);
    }
    const loss = this.#waiting.loss / divisor;
    const inputs = Number.isNaN(loss) ? {} : { loss };
    const report = microStepReport(this.inner.step(this.#sums, inputs));
    this.discard();
    return report;
  }

  /**
   * Makes a call that changes all arrays of micro-steps, or none of them if it throws.
   * @param own whether it may set the arrays in `gradients` to zero
   */
  #orNothing<T>(own: boolean, call: () => T): T {
    this.#assertAlive();
    const gradients =
      own && this.zeroesGradients && this.#asked ? Object.values(this.gradients) : [];
    const arrays = [...this.#kept, ...(gradients as StoredElements[])];
    const [{ count, loss }, leftOut] = [this.#waiting, this.#leftOut];
    const { steps: step, skippedSteps } = this.#adding;
    return this.#undo.during(arrays, call, () => {
      Object.assign(this.#waiting, { count, loss });
      this.#leftOut = leftOut;
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
