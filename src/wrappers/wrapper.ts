import type { Plan } from "../runtime/binding/plans.ts";
import type { AnyOptimizer, givenParameters } from "../runtime/contract.ts";
import type { Memory } from "../runtime/memory/memory.ts";
import type {
  AnyParameter,
  AnyParameterSource,
  ArraysOf,
  ParametersOf,
} from "../runtime/parameters.ts";
import type { RankGroup } from "../runtime/state/rankGroup.ts";
import type { ResumePoint } from "../runtime/state/restore.ts";
import { mapped, type OptimizerState } from "../runtime/state/state.ts";
import { Stateful } from "../runtime/state/stateful.ts";
import type { StepReport } from "../runtime/step/report.ts";
import { withoutUpdate } from "./microStep.ts";

/**
 * The base class of wrappers: it delegates everything to the optimizer inside. A wrapper overrides what differs, and adds `step`
 * and `bindTo`.
 *
 * @example
 * class Timed extends Wrapper {
 *   milliseconds = 0;
 *
 *   step(...given: Parameters<AnyOptimizer["step"]>) {
 *     const start = performance.now();
 *     const report = this.inner.step(...given);
 *     this.milliseconds += performance.now() - start;
 *     return report;
 *   }
 * }
 * const timed = new Timed(optimizer);
 * timed.step({ w: [1, 2, 3, 4, 5, 6], b: [1, 2, 3] });
 * timed.steps; // 1
 * timed.milliseconds > 0; // true
 */
export abstract class Wrapper<P extends AnyParameterSource = AnyParameterSource>
  extends Stateful
  implements Omit<AnyOptimizer<P>, "step" | "bindTo">
{
  declare readonly [givenParameters]?: P;
  /** The optimizer that makes the updates. */
  readonly inner: AnyOptimizer;

  constructor(inner: AnyOptimizer) {
    super();
    this.inner = inner;
  }

  /** The parameters, each with its shape. */
  get parameters(): ParametersOf<P> {
    return this.inner.parameters as ParametersOf<P>;
  }

  /** Write gradients here before `step()`. */
  get gradients(): ArraysOf<P> {
    return this.inner.gradients as ArraysOf<P>;
  }

  /** The memory of the gradients. */
  get memory(): Memory {
    return this.inner.memory;
  }

  /** The largest number of threads that may share long loops. */
  get maxThreads(): number {
    return this.inner.maxThreads;
  }

  /** The names of the parameters that a step changes: all but frozen ones. */
  get trained(): readonly string[] {
    return this.inner.trained;
  }

  /** Whether `gradients` are zero after a step. */
  get zeroesGradients(): boolean {
    return this.inner.zeroesGradients;
  }

  /** The rules that step the parameters or work on their gradients, with their hyperparameters. */
  get plans(): readonly Plan[] {
    return this.inner.plans;
  }

  /** The number of ranks whose gradients a step averages; undefined if this process steps alone. */
  get ranks(): number | undefined {
    return this.inner.ranks;
  }

  /** @internal */
  get rankGroup(): RankGroup | undefined {
    return this.inner.rankGroup;
  }

  /** The number of updates so far: schedules and `t` count these. */
  get steps(): number {
    return this.inner.steps;
  }

  /** The number of steps that were left out. */
  get skippedSteps(): number {
    return this.inner.skippedSteps;
  }

  /** The number of gradients that wait for an update; 0 if each step is an update. */
  get pending(): number {
    return this.inner.pending ?? 0;
  }

  /** Makes an update from the gradients that wait, however few. If none waits, it does nothing. */
  flush(): StepReport {
    return this.inner.flush?.() ?? withoutUpdate(this.steps);
  }

  /** Sets `gradients` to zero. */
  zeroGradients(): void {
    this.inner.zeroGradients();
  }

  /**
   * Runs a callback while the parameters hold the weights to evaluate, and restores the parameters afterwards.
   * @param callback sees the weights to evaluate until it returns, or until its promise is settled
   */
  evaluate<T>(callback: () => T): T {
    return this.inner.evaluate(callback);
  }

  /** Copies of the weights to evaluate. */
  evaluationWeights(): ArraysOf<P> {
    const all = this.parameters as Readonly<Record<string, AnyParameter>>;
    return this.evaluate(() => mapped(all, ({ data }) => data.slice())) as unknown as ArraysOf<P>;
  }

  override stateViews(): OptimizerState {
    return this.inner.stateViews();
  }

  override resumeAt(point: ResumePoint): void {
    this.inner.resumeAt(point);
  }

  /** Frees memory and threads; the parameters stay. */
  dispose(): void {
    this.inner.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
