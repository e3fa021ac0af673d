import { BindingError, GradientError } from "../runtime/errors.ts";
import type { StepReport } from "../runtime/step/report.ts";
import { checkNumbers } from "./checkNumbers.ts";

/** Counts how many steps in a row were skipped. */
export interface SkipLimit {
  /** The number of steps skipped in a row so far. */
  readonly skipped: number;
  /**
   * Takes the report of a step.
   * @throws {GradientError} if more steps in a row were skipped than allowed; these steps changed nothing
   */
  observe(report: Pick<StepReport, "skipped">): void;
}

/**
 * A limit for `nonFinite: "skip"`: it throws if more than `maxInARow` steps in a row are skipped. Without it, a run whose gradients
 * are never finite again would continue without any effect.
 *
 * Optax' apply_if_finite has the same limit as max_consecutive_errors. Beyond it, Optax accepts the update, after which all
 * parameters are NaN; here the last good ones stay.
 *
 * @throws {BindingError} if `maxInARow` is not a whole number, 0 or more
 * @example
 * const limit = skipLimit(5);
 * const optimizer = optimize(net, adam(), { nonFinite: "skip" });
 * optimizer.gradients.w.fill(0.1);
 * limit.observe(optimizer.step());
 */
export function skipLimit(maxInARow: number): SkipLimit {
  checkNumbers("skipLimit", { maxInARow: "whole [0, inf)" }, { maxInARow });
  let inARow = 0;
  return {
    get skipped() {
      return inARow;
    },
    observe(report) {
      if (typeof report?.skipped !== "boolean") {
        throw new BindingError(
          "skipLimit: observe takes the report of a step: limit.observe(optimizer.step())",
        );
      }
      inARow = report.skipped ? inARow + 1 : 0;
      if (inARow > maxInARow) {
        throw new GradientError(
          `${inARow} steps in a row were skipped, since gradients were not finite, and skipLimit allows ${maxInARow}; parameters and state are those of the last step that was made`,
        );
      }
    },
  };
}
