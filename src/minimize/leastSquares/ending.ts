/** Why a fit ended, as a word and as a sentence. */

/** Why a fit stopped. The first three mean that x is a minimum, within the tolerances. */
export type LeastSquaresReason =
  /** The residuals are at a right angle to all columns of the Jacobian. */
  | "gradient"
  /** A step changes the value by no more than its tolerance, and the linear model predicts no more. */
  | "value"
  /** The step is within its tolerance. */
  | "step"
  /** The value no longer falls, but the residuals do not determine all unknowns. */
  | "undetermined"
  /** No step lowers the value, but the Jacobian says that one should. */
  | "stalled"
  /** `maxIterations` is reached. */
  | "iterations"
  /** `maxEvaluations` is reached. */
  | "evaluations"
  /** The residuals or their Jacobian are infinite or NaN at x, or wherever a step leads. */
  | "notFinite"
  /** The signal was aborted. */
  | "cancelled";

/** The reason, with its sentence. */
export interface Ending {
  readonly reason: LeastSquaresReason;
  readonly message: string;
}

const messages: Readonly<Record<LeastSquaresReason, string>> = {
  gradient: "Converged: the gradient is zero, within its tolerance.",
  value: "Converged: the value no longer changes, within its tolerance.",
  step: "Converged: the step is within its tolerance.",
  undetermined:
    "Not converged: the value no longer falls, but some unknowns hardly affect it and grow without limit. There may be no minimum.",
  stalled:
    "Not converged: no step lowers the value, but the gradient is not zero. The Jacobian may be wrong, or the residuals may have noise or jumps.",
  iterations: "Not converged: the limit of iterations is reached.",
  evaluations: "Not converged: the limit of evaluations is reached.",
  notFinite:
    "Not converged: residuals or derivatives are infinite or NaN at x, or wherever a step from x leads.",
  cancelled: "Not converged: the signal was aborted.",
};

export const ending = (reason: LeastSquaresReason, message = messages[reason]): Ending => ({
  reason,
  message,
});

/** Whether x is a minimum. */
export const isConverged = ({ reason }: Ending): boolean =>
  reason === "gradient" || reason === "value" || reason === "step";
