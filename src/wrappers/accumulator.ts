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
import type { StepReport } from "../runtime/step/report.ts";
import { addingBelow, divide, whereTrained } from "./accumulation.ts";
import {
  type AccumulatorSource,
  everyOf,
  isUpdate,
  type MicroStepReport,
  suffixAround,
  type Waiting,
  withoutUpdate,
} from "./microStep.ts";
import { Undo } from "./undo.ts";
import { Wrapper } from "./wrapper.ts";

/** An optimizer that makes one update of the mean gradient of several micro-steps. */
export class Accumulator<P extends AnyParameterSource = ParameterSource>
  extends Wrapper<P>
  implements AnyOptimizer<P>
{
  /** Binds the same rule with the same options to other parameters, from the first step. */
  readonly bindTo: <Q extends AnyParameterSource>(net: Q) => Accumulator<Q>;
  readonly outermost: string | undefined;
  readonly #check: AccumulatorSource<P>["check"];
  /** Steps by the gradients of micro-steps, and only adds them up. */
  readonly #adding: Optimizer<P>;
  /** Views of its sums, by parameter; a frozen one has none. */
  readonly #sums: Readonly<Record<string, FloatArray>>;
  readonly #every: Schedule;
  /** Whether an update is by the mean. */
  readonly #divides: boolean;
  /** Whether the last micro-step was taken, by a 0 if not. */
  readonly #taken: FloatArray | undefined;
  /** All that micro-steps keep. */
  readonly #kept: readonly FloatArray[];
  readonly #undo = new Undo();
  readonly #waiting: Waiting;
  /** Behind the names of what it keeps: other such optimizers within this one have others. */
  readonly #suffix: string;
  #leftOut = 0;
  /** Whether there are own gradients. */
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
    // Sums are kept in full. Ranks leave out the same: what is not finite in a sum, the update finds on all.
    const { groups: _, storage: __, seed = 0, ...common } = settings;
    this.#adding = optimize(net, whereTrained(inner, chain(each, addingBelow(skipAbove))), {
      ...common,
      ...(inner.ranks !== undefined && { nonFinite: "allow" }),
      // So that `each` draws other numbers than the rule.
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

  /** The memory that gradients and sums live in. */
  override get memory(): Memory {
    return this.#adding.memory;
  }

  override get maxThreads(): number {
    return this.#adding.maxThreads;
  }

  /** Whether `gradients` are zero behind a micro-step. */
  override get zeroesGradients(): boolean {
    return this.#adding.zeroesGradients;
  }

  /** @see AnyOptimizer.plans */
  override get plans(): readonly Plan[] {
    return [...this.inner.plans, ...this.#adding.plans];
  }

  /** Micro-steps that wait. */
  override get pending(): number {
    return this.#waiting.count;
  }

  /**
   * The micro-steps that were left out for a gradient which was not finite (`nonFinite: "skip"`) or for their norm
   * (`skipAbove`), and the updates whose sums were not finite.
   */
  override get skippedSteps(): number {
    return this.#adding.skippedSteps + this.#leftOut + this.inner.skippedSteps;
  }

  /**
   * Adds the gradients of one micro-step; the last of each `steps` updates the parameters.
   *
   * @param gradients as for `Optimizer.step`; by default those in `gradients`
   * @param inputs what the rule reads; of several losses it sees the mean
   * @returns a report of this micro-step, a new object each time
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
    if (this.pending + 1 < every) {
      return this.#add(gradients, inputs);
    }
    return this.#orNothing(gradients === undefined, () => {
      const report = this.#add(gradients, inputs);
      return this.pending < every ? report : this.#update();
    });
  }

  /**
   * Updates the parameters by the mean of the micro-steps that wait, however few; of none not at all. What waits in an
   * optimizer within this one then updates them, too.
   * @throws what `Optimizer.step` throws; what waited still waits
   */
  override flush(): MicroStepReport {
    const { inner } = this;
    const own = () => (this.pending === 0 ? this.#nothing() : this.#update());
    if (inner.flush === undefined) {
      return this.pending === 0 ? own() : this.#orNothing(false, own);
    }
    const before = inner.state();
    try {
      return this.#orNothing(false, () => {
        const report = own();
        return report.updated ? report : this.#reportOf(inner.flush!());
      });
    } catch (error) {
      inner.restore(before);
      throw error;
    }
  }

  /** Forgets the micro-steps that wait, such as those of which no mean can be made. */
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

  /** As `state()`, with the arrays themselves; sums and the state of `each` are in `nested.accumulation`. */
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

  /** Throws where it cannot stand around such rules: asked before hyperparameters are set. */
  checkPlans(plans: readonly Plan[]): void {
    this.#check(plans);
  }

  override evaluate<T>(callback: () => T): T {
    // Both, so that a micro-step in the callback is refused.
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

  #nothing(): MicroStepReport {
    return withoutUpdate(this.steps, undefined, false);
  }

  #update(): MicroStepReport {
    const { count } = this.#waiting;
    const divisor = this.#divides ? count : 1;
    for (const sum of divisor === 1 ? [] : Object.values(this.#sums)) {
      divide(sum, divisor);
    }
    const loss = this.#waiting.loss / divisor;
    const inputs = Number.isNaN(loss) ? {} : { loss };
    const report = this.#reportOf(this.inner.step(this.#sums, inputs));
    this.discard();
    return report;
  }

  /** What the optimizer within says, of this moment. */
  #reportOf(report: StepReport): MicroStepReport {
    const { step, lr, lrs, gradientNorm, skipped } = report;
    return { step, lr, lrs, gradientNorm, skipped, updated: isUpdate(report) };
  }

  /**
   * Makes a call that changes all that micro-steps keep, or none of it.
   * @param own whether it may set the gradients in `gradients` to zero
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
