import type { HyperDefaults, Rule, Schedule } from "../rule/definition.ts";
import type { OptimizeOptions } from "../runtime/optimize.ts";
import type { StepReport } from "../runtime/step/report.ts";

/** Options of `accumulate`: those of `optimize`, and how many micro-steps make an update. */
export interface AccumulateOptions<H extends HyperDefaults = HyperDefaults>
  extends Omit<OptimizeOptions<H>, "absent"> {
  /** Micro-steps to one update: a whole number from 1 on, or a schedule from the number of the update, from 1, to it. */
  readonly steps: number | Schedule;
  /** What an update is by: the `"mean"` of the gradients (default), or their `"sum"`. Of losses likewise. */
  readonly reduction?: "mean" | "sum";
  /**
   * Leaves out a micro-step whose gradients together, behind `each`, have a norm of this or more: above 0. Default: none.
   */
  readonly skipAbove?: number;
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

/** What a call says that made no update. */
export const withoutUpdate = (
  step: number,
  gradientNorm: number | undefined,
  skipped: boolean,
): MicroStepReport => ({ step, lr: undefined, lrs: {}, gradientNorm, skipped, updated: false });
