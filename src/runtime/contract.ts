/** The interface of every optimizer on the CPU and of every wrapper. Wrappers take anything that implements it, so they nest. */

import type { Plan } from "./binding/plans.ts";
import type { StepGradients } from "./gradients/gradients.ts";
import type { Memory } from "./memory/memory.ts";
import type { AnyParameterSource, ArraysOf, ParametersOf } from "./parameters.ts";
import type { StepInputs } from "./settings.ts";
import type { RankGroup } from "./state/rankGroup.ts";
import type { RestoreOptions, RestoreReport, ResumePoint, SavedState } from "./state/restore.ts";
import type { OptimizerState } from "./state/state.ts";
import type { StepReport } from "./step/report.ts";

/** Only for the type checker: the parameters as they were given. */
export declare const givenParameters: unique symbol;

/** An optimizer or a wrapper around one, as `optimize`, `accumulate`, `privatize` and `galore` return it. */
export interface AnyOptimizer<P extends AnyParameterSource = AnyParameterSource>
  extends Disposable {
  readonly [givenParameters]?: P;
  /** The parameters, each with its shape. */
  readonly parameters: ParametersOf<P>;
  /** Write gradients here before `step()`: one array per parameter, with its length and type. They are the same arrays each time. */
  readonly gradients: ArraysOf<P>;
  /** The memory of the gradients. If parameters come from several memories, the first one's. */
  readonly memory: Memory;
  /** The largest number of threads that may share long loops. */
  readonly maxThreads: number;
  /** The names of the parameters that a step changes: all but frozen ones. */
  readonly trained: readonly string[];
  /** Whether `gradients` are zero after a step, for code that adds to them. */
  readonly zeroesGradients: boolean;
  /** The rules that step the parameters or work on their gradients, with their hyperparameters. */
  readonly plans: readonly Plan[];
  /** The optimizer inside, if this is a wrapper. */
  readonly inner?: AnyOptimizer;
  /** The number of ranks whose gradients a step averages; undefined if this process steps alone. */
  readonly ranks?: number | undefined;
  /** @internal How its ranks save and restore together, if it has several. */
  readonly rankGroup?: RankGroup | undefined;
  /** The number of updates so far: schedules and `t` count these. */
  readonly steps: number;
  /** The number of steps that were left out, for example because a gradient was not finite (`nonFinite: "skip"`). */
  readonly skippedSteps: number;
  /** The number of gradients that wait for an update; undefined if each step is an update. */
  readonly pending?: number;
  /** Why a wrapper with its own sums or projections cannot wrap this one; undefined if it can. */
  readonly outermost?: string | undefined;

  /**
   * Takes one gradient, and updates the parameters if no more gradients belong to the update. If it throws, nothing was changed.
   * @param gradients by the names of parameters; by default those in `gradients`
   * @param inputs what else the rule reads
   * @returns a report. It may be one object that each step overwrites, as for `optimize`: copy what you want to keep
   */
  step(gradients?: StepGradients<P>, inputs?: StepInputs): StepReport;
  /** Makes an update from the gradients that wait, however few. If none waits, it does nothing. */
  flush?(): StepReport;
  /** Sets `gradients` to zero. */
  zeroGradients(): void;
  /**
   * Runs a callback while the parameters hold the weights to evaluate, and restores the parameters afterwards.
   * @param callback sees the weights to evaluate until it returns, or until its promise is settled
   */
  evaluate<T>(callback: () => T): T;
  /** Copies of the weights to evaluate. */
  evaluationWeights(): ArraysOf<P>;
  /** A copy of everything that is kept between steps. */
  state(): OptimizerState;
  /** The same, with the arrays themselves instead of copies. */
  stateViews(): OptimizerState;
  /** Continues from a saved state. */
  restore(state: SavedState, options?: RestoreOptions): RestoreReport;
  /** Takes over everything but arrays, for `restore`. If it throws, nothing was changed. */
  resumeAt(point: ResumePoint): void;
  /** Binds the same rule with the same options to other parameters, from the first step. */
  bindTo(net: AnyParameterSource): AnyOptimizer;
  /** Throws if this wrapper cannot wrap such rules. `setHyper` calls it before it changes anything. */
  checkPlans?(plans: readonly Plan[]): void;
  /** Frees memory and threads; the parameters stay. */
  dispose(): void;
}
