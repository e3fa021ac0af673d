import type { HyperDefaults, Rule, Schedule } from "../rule/definition.ts";
import type { Plan } from "../runtime/binding/plans.ts";
import type { AnyOptimizer } from "../runtime/contract.ts";
import type { OptimizeOptions } from "../runtime/optimize.ts";
import type { ParameterSource } from "../runtime/parameters.ts";
import type { StepReport } from "../runtime/step/report.ts";
import { checkNumbers } from "./checkNumbers.ts";

/** Options of `accumulate`: those of `optimize`, and of micro-steps. */
export interface AccumulateOptions<H extends HyperDefaults = HyperDefaults>
  extends Omit<OptimizeOptions<H>, "absent"> {
  /** The number of micro-steps per update: a whole number, 1 or more; or a schedule of it, by the number of the update from 1. */
  readonly steps: number | Schedule;
  /** Whether an update uses the `"mean"` of the gradients (default) or their `"sum"`. The same holds for losses. */
  readonly reduction?: "mean" | "sum";
  /** Leaves out a micro-step if the norm of all its gradients, after `each`, is this or more: above 0. Default: no limit. */
  readonly skipAbove?: number;
  /** Transforms for the gradients of each micro-step before they are added, such as `clipByGlobalNorm(1)`. Default: none. */
  readonly each?: Rule;
}

/** The counters of what waits for an update. The sums are kept elsewhere. */
export class Waiting {
  /** The number of micro-steps. */
  count = 0;
  /** The sum of their losses; NaN if one had none. */
  loss = 0;
}

/** The arguments of `accumulate` and `privatize`, checked and prepared. */
export interface AccumulatorSource<P> {
  /** The optimizer that makes the updates. */
  readonly inner: AnyOptimizer;
  readonly waiting: Waiting;
  readonly net: P;
  /** Makes another optimizer from the same arguments, for other parameters. */
  readonly bindTo: (net: ParameterSource) => AnyOptimizer;
  readonly options: AccumulateOptions;
  readonly outermost?: string;
  /** @see AnyOptimizer.checkPlans */
  readonly check: (plans: readonly Plan[]) => void;
}

/** The suffix for names in the state of an accumulator around `inner`, so that nested accumulators have different names. */
export function suffixAround(inner: AnyOptimizer): string {
  const within = Object.keys(inner.stateViews().nested).length;
  return within === 0 ? "" : `#${within + 1}`;
}

/** The report of a micro-step. Without an update it has no `lr`, and its norm is the one that `each` computes. */
export interface MicroStepReport extends StepReport {
  /** Whether this micro-step completed an update. */
  readonly updated: boolean;
}

/** The report of a call that made no update. */
export const withoutUpdate = (
  step: number,
  gradientNorm?: number,
  skipped = false,
): MicroStepReport => ({ step, lr: undefined, lrs: {}, gradientNorm, skipped, updated: false });

/** Whether a step made an update: in an optimizer that accumulates gradients, not each step does. */
export const isUpdate = (report: StepReport): boolean =>
  (report as Partial<MicroStepReport>).updated ?? !report.skipped;

/** A copy of a step's report, which says whether an update was made. */
export function microStepReport(report: StepReport): MicroStepReport {
  const { step, lr, lrs, gradientNorm, skipped } = report;
  return { step, lr, lrs, gradientNorm, skipped, updated: isUpdate(report) };
}

/**
 * The number of micro-steps per update, as a schedule. Each value is checked when it is used, and the first one now.
 * @throws {BindingError} if a value is invalid
 */
export function everyOf(steps: number | Schedule): Schedule {
  const every: Schedule = (update) => {
    const count = typeof steps === "function" ? steps(update) : steps;
    checkNumbers("accumulate", { steps: "whole [1, inf)" }, { steps: count });
    return count;
  };
  every(1);
  return every;
}
