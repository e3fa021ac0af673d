import type { HyperDefaults, Rule } from "../rule/definition.ts";
import type { OptimizeOptions } from "../runtime/optimize.ts";
import type { StepReport } from "../runtime/report.ts";

/** Options of `accumulate`: those of `optimize`, and how many micro-steps make an update. */
export interface AccumulateOptions<H extends HyperDefaults = HyperDefaults>
  extends Omit<OptimizeOptions<H>, "absent"> {
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

/** What a call says that made no update. */
export const withoutUpdate = (
  step: number,
  gradientNorm: number | undefined,
  skipped: boolean,
): MicroStepReport => ({ step, lr: undefined, lrs: {}, gradientNorm, skipped, updated: false });
