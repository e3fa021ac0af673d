/** Options and results of least squares. */

import { didYouMean } from "../../suggest.ts";
import { MinimizeError } from "../errors.ts";
import type { LeastSquaresReason } from "./ending.ts";
import type { Loss, LossName } from "./loss.ts";
import type { LeastSquaresMethod } from "./method.ts";
import type { FormOf } from "./unknowns.ts";

/** A number for each unknown: a list, an object of numbers (any may be left out), or one number for all. */
export type ForEach<X> =
  | number
  | (X extends ArrayLike<number> ? ArrayLike<number> : Partial<FormOf<X>>);

/** The progress after an iteration. */
export interface LeastSquaresProgress<X> {
  /** Iterations made. */
  readonly iterations: number;
  /** Calls of the residual function so far. */
  readonly evaluations: number;
  /** The unknowns now, in the form of the start. */
  readonly x: FormOf<X>;
  /** The cost now, as in the result. */
  readonly cost: number;
}

/** Options of all fits. */
export interface FitOptions<X> {
  /** The method. Default `levenbergMarquardt()`; there is also `dogleg()`. */
  readonly method?: LeastSquaresMethod;
  /**
   * How derivatives are computed if they are not given. `"forward"` differences take one call of the function for each unknown.
   * `"central"` differences take two, and have twice as many digits. `"both"`, the default, uses forward differences until they
   * have converged, and then central ones.
   */
  readonly differences?: "forward" | "central" | "both";
  /** Least and greatest values of the unknowns. The function is never called outside. A start outside is moved inside. */
  readonly bounds?: {
    /** Least values. Default -Infinity. */
    readonly lower?: ForEach<X>;
    /** Greatest values. Default Infinity. */
    readonly upper?: ForEach<X>;
  };
  /** The weight of each squared residual, 0 or more. Default 1. */
  readonly weights?: ArrayLike<number>;
  /**
   * Whether the weights are `1 / σ²` of known errors. The covariance is then not scaled by the variance of the residuals. Default
   * false. (SciPy's `absolute_sigma`.)
   */
  readonly absoluteWeights?: boolean;
  /** The loss of a residual. `"linear"`, the default, is its square. The others are robust to outliers. */
  readonly loss?: LossName | Loss;
  /** For a robust loss, residuals larger than this are outliers (SciPy's `f_scale`). Default 1. */
  readonly lossScale?: number;
  /** The largest cosine between the residuals and a column of the Jacobian at a minimum. Default 1e-10. */
  readonly gradientTolerance?: number;
  /** The relative change of the cost that counts as none. Default 1e-14. */
  readonly valueTolerance?: number;
  /** The length of a step, relative to x, that counts as none. Default 1e-10. */
  readonly stepTolerance?: number;
  /** The most iterations. Default 1000. */
  readonly maxIterations?: number;
  /** The most calls of the residual function, including those for differences. Default: no limit. */
  readonly maxEvaluations?: number;
  /** Aborting it stops the fit. No function is called afterwards. */
  readonly signal?: AbortSignal;
  /** Called after each iteration. */
  readonly onProgress?: (progress: LeastSquaresProgress<X>) => void;
}

/** Options of `leastSquares`. */
export interface LeastSquaresOptions<X> extends FitOptions<X> {
  /**
   * The derivatives of the residuals: a row for each residual, with a column for each unknown, in the order of x. By default they
   * are computed by differences.
   */
  readonly jacobian?: (x: FormOf<X>) => ArrayLike<ArrayLike<number>>;
}

/** The result of a fit. */
export interface LeastSquaresResult<X> {
  /** The best point, in the form of the start. */
  readonly x: FormOf<X>;
  /** The residuals at `x`, without weights. */
  readonly residuals: Float64Array;
  /** Half of the sum of squares, or of the losses: what the fit minimized. */
  readonly cost: number;
  /** The sum of squared residuals, with weights. */
  readonly residualSumOfSquares: number;
  /** The largest cosine between the residuals and a column of the Jacobian: 0 at a minimum. */
  readonly gradientCosine: number;
  /** The rank of the Jacobian. It is less than the number of unknowns if not all are determined, and NaN if it is not known. */
  readonly rank: number;
  /**
   * The covariance of the unknowns, in rows, in the order of x: `(JᵀJ)⁻¹` times the variance of the residuals, which is their sum
   * of squares divided by the degrees of freedom. It is infinite for an unknown that is not determined, and for all unknowns if
   * there are no degrees of freedom. It is NaN if it is not known: a limit of calls or the signal ended the fit, or derivatives
   * are not finite.
   */
  readonly covariance: readonly (readonly number[])[];
  /** The standard error of each unknown, in the form of the start: the root of the diagonal of the covariance. */
  readonly standardErrors: FormOf<X>;
  /** The number of residuals minus the rank. */
  readonly degreesOfFreedom: number;
  /** Iterations made. */
  readonly iterations: number;
  /** Calls of the residual function, including those for differences. */
  readonly evaluations: number;
  /** Jacobians computed, by your function or by differences. */
  readonly jacobianEvaluations: number;
  /** Where derivatives came from. */
  readonly jacobianBy: "given" | "differences";
  /** Whether x is a minimum, within the tolerances. */
  readonly converged: boolean;
  /** Why the fit ended, as a word. */
  readonly reason: LeastSquaresReason;
  /** The same as a sentence. */
  readonly message: string;
}

export const fitOptions = [
  ...["method", "differences", "bounds", "weights", "absoluteWeights", "loss", "lossScale"],
  ...["gradientTolerance", "valueTolerance", "stepTolerance", "maxIterations", "maxEvaluations"],
  ...["signal", "onProgress"],
] as const;

/** @throws {MinimizeError} if an option is unknown */
export function checkOptions(where: string, options: object, known: readonly string[]): void {
  if (typeof options !== "object" || options === null) {
    throw new MinimizeError(`${where}: options must be an object; it may have ${known.join(", ")}`);
  }
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    throw new MinimizeError(
      `${where}: unknown option \`${unknown}\`${didYouMean(unknown, known)} (it has ${known.join(", ")})`,
    );
  }
}

/** A number, 0 or more, or the default. */
export function atLeastZero(
  where: string,
  name: string,
  value: unknown,
  byDefault: number,
): number {
  if (value === undefined) return byDefault;
  if (typeof value === "number" && value >= 0) return value;
  throw new MinimizeError(
    `${where}: \`${name}\` must be a number, 0 or more, not ${String(value)}`,
  );
}
