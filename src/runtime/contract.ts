/** What every optimizer on the CPU offers, and each wrapper around one: wrappers take whatever keeps it, so they nest. */

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

/** An optimizer, or what stands around one: `optimize`, `accumulate`, `privatize` and `galore` return such. */
export interface AnyOptimizer<P extends AnyParameterSource = AnyParameterSource>
  extends Disposable {
  readonly [givenParameters]?: P;
  /** The parameters, each with its shape. */
  readonly parameters: ParametersOf<P>;
  /** Write gradients here before `step()`: an array of each parameter's length and type, the same ones each time. */
  readonly gradients: ArraysOf<P>;
  /** The memory that gradients live in; of parameters from several memories the first one's. */
  readonly memory: Memory;
  /** The threads that may share long loops. */
  readonly maxThreads: number;
  /** The names of the parameters that a step changes: all but frozen ones. */
  readonly trained: readonly string[];
  /** Whether `gradients` are zero behind a step, for whoever adds to them. */
  readonly zeroesGradients: boolean;
  /** The rules that step the parameters or work on their gradients, with their hyperparameters. */
  readonly plans: readonly Plan[];
  /** The optimizer that this one stands around, if it does. */
  readonly inner?: AnyOptimizer;
  /** The ranks whose gradients a step averages. Not there where this process steps by itself. */
  readonly ranks?: number | undefined;
  /** @internal How its ranks save and restore together, where it has several. */
  readonly rankGroup?: RankGroup | undefined;
  /** The number of updates made: what schedules and `t` count. */
  readonly steps: number;
  /** The number of steps that were left out, such as for a gradient that is not finite (`nonFinite: "skip"`). */
  readonly skippedSteps: number;
  /** The gradients that wait for an update. Not there where each step is an update. */
  readonly pending?: number;
  /** Why no wrapper that makes its own sums or projections may stand around it, if none may. */
  readonly outermost?: string | undefined;

  /**
   * Takes one gradient, and updates the parameters, unless more gradients belong to the update. A call that throws has
   * changed nothing.
   * @param gradients by the names of parameters; by default those in `gradients`
   * @param inputs what else the rule reads
   * @returns a report. It may be one object that each step fills anew, as that of `optimize` is: copy what is to stay
   */
  step(gradients?: StepGradients<P>, inputs?: StepInputs): StepReport;
  /** Updates by the gradients that wait, however few; of none not at all. */
  flush?(): StepReport;
  /** Sets `gradients` to zero. */
  zeroGradients(): void;
  /**
   * Runs a callback with the weights to evaluate in the parameters' place, which are back behind it.
   * @param callback sees the weights to evaluate until it returns, or until its promise is settled
   */
  evaluate<T>(callback: () => T): T;
  /** Copies of the weights to evaluate. */
  evaluationWeights(): ArraysOf<P>;
  /** A copy of all that is kept between steps. */
  state(): OptimizerState;
  /** The same with the arrays themselves. */
  stateViews(): OptimizerState;
  /** Goes on where a saved state was. */
  restore(state: SavedState, options?: RestoreOptions): RestoreReport;
  /** Takes over what is no array, for `restore`; throws where it cannot, and then has changed nothing. */
  resumeAt(point: ResumePoint): void;
  /** Binds the same rule with the same options to other parameters, from the first step. */
  bindTo(net: AnyParameterSource): AnyOptimizer;
  /** Throws where it cannot stand around such rules: asked before hyperparameters are set (`setHyper`). */
  checkPlans?(plans: readonly Plan[]): void;
  /** Gives back memory and threads; the parameters stay. */
  dispose(): void;
}
