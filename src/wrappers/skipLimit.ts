import { BindingError, GradientError } from "../runtime/errors.ts";
import type { StepReport } from "../runtime/step/report.ts";
import { checkNumbers } from "./checkNumbers.ts";

/** Counts the steps in a row that were skipped. */
export interface SkipLimit {
  /** How many it is by now. */
  readonly skipped: number;
  /**
   * Takes the report of a step.
   * @throws {GradientError} where more steps in a row were skipped than may be; nothing of them was done
   */
  observe(report: Pick<StepReport, "skipped">): void;
}

/**
 * An end to `nonFinite: "skip"`: more steps in a row than `maxInARow` that are skipped are an error, for a run
 * whose gradients are never finite again would go on doing nothing.
 *
 * Optax' apply_if_finite has the same limit as max_consecutive_errors. Beyond it Optax accepts the update, after
 * which all parameters are NaN; here the last good ones stay.
 *
 * @throws {BindingError} where `maxInARow` is no whole number, 0 or more,
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
