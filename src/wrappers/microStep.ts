import type { HyperDefaults, Rule, Schedule } from "../rule/definition.ts";
import type { Plan } from "../runtime/binding/plans.ts";
import type { AnyOptimizer } from "../runtime/contract.ts";
import type { OptimizeOptions } from "../runtime/optimize.ts";
import type { ParameterSource } from "../runtime/parameters.ts";
import type { StepReport } from "../runtime/step/report.ts";
import { checkNumbers } from "./checkNumbers.ts";

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

/** What waits for an update, but for the sums. */
export class Waiting {
  /** Micro-steps. */
  count = 0;
  /** The sum of their losses; NaN where one had none. */
  loss = 0;
}

/** What `accumulate` and `privatize` have made of their arguments. */
export interface AccumulatorSource<P> {
  /** Steps by the means. */
  readonly inner: AnyOptimizer;
  readonly waiting: Waiting;
  readonly net: P;
  /** Makes another one of the same arguments, but for the parameters. */
  readonly bindTo: (net: ParameterSource) => AnyOptimizer;
  readonly options: AccumulateOptions;
  readonly outermost?: string;
  /** @see AnyOptimizer.checkPlans */
  readonly check: (plans: readonly Plan[]) => void;
}

/** What stands behind the names of what such an optimizer keeps, so that one around another has others. */
export function suffixAround(inner: AnyOptimizer): string {
  const within = Object.keys(inner.stateViews().nested).length;
  return within === 0 ? "" : `#${within + 1}`;
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

/** Whether a step was an update: of what gathers several gradients not each is. */
export const isUpdate = (report: StepReport): boolean =>
  (report as Partial<MicroStepReport>).updated ?? !report.skipped;

/**
 * The number of micro-steps to each update, checked when it is asked for, and for the first one now.
 * @throws {BindingError} where it is none
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
