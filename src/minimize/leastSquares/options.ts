/** What a caller may ask for, and what is given back. */

import { didYouMean } from "../../suggest.ts";
import { MinimizeError } from "../errors.ts";
import type { LeastSquaresReason } from "./ending.ts";
import type { Loss, LossName } from "./loss.ts";
import type { LeastSquaresMethod } from "./method.ts";
import type { FormOf } from "./unknowns.ts";

/** For each unknown: a list, numbers by name of which any may be left out, or one number for all. */
export type ForEach<X> =
  | number
  | (X extends ArrayLike<number> ? ArrayLike<number> : Partial<FormOf<X>>);

/** What is told after each iteration. */
export interface LeastSquaresProgress<X> {
  /** Iterations made. */
  readonly iterations: number;
  /** Calls of the residual function so far. */
  readonly evaluations: number;
  /** The unknowns now, in the form of the start. */
  readonly x: FormOf<X>;
  /** As in the result. */
  readonly cost: number;
}

/** Options that all fits have. */
export interface FitOptions<X> {
  /** `levenbergMarquardt()`, the default, or `dogleg()`. */
  readonly method?: LeastSquaresMethod;
  /**
   * How derivatives are found where they are not given: by `"forward"` differences, one call of the function for each
   * unknown; by `"central"` ones, two calls and twice the digits; or by `"both"`, the default: forward ones until they have
   * converged, then central ones until these have.
   */
  readonly differences?: "forward" | "central" | "both";
  /** Closed intervals that the unknowns stay in; the start is moved into them. No call has an unknown outside. */
  readonly bounds?: {
    /** Least values. Default -Infinity. */
    readonly lower?: ForEach<X>;
    /** Greatest values. Default Infinity. */
    readonly upper?: ForEach<X>;
  };
  /** Of each residual's square; not negative. Default 1. */
  readonly weights?: ArrayLike<number>;
  /**
   * Whether the weights are known, as `1 / σ²`: the covariance is then not scaled by what the residuals turn out to be.
   * Default false. (SciPy's `absolute_sigma`.)
   */
  readonly absoluteWeights?: boolean;
  /** What a residual counts: `"linear"`, the default, is its square; the others are robust to outliers. */
  readonly loss?: LossName | Loss;
  /** The size from which on a residual is an outlier to a robust loss (SciPy's `f_scale`). Default 1. */
  readonly lossScale?: number;
  /** Of the cosine between the residuals and the Jacobian's columns. Default 1e-10. */
  readonly gradientTolerance?: number;
  /** Of a change of the cost, as a part of it. Default 1e-14. */
  readonly valueTolerance?: number;
  /** Of a step, as a part of x. Default 1e-10. */
  readonly stepTolerance?: number;
  /** Default 1000. */
  readonly maxIterations?: number;
  /** Most calls of the residual function, those for differences too. Default no limit. */
  readonly maxEvaluations?: number;
  /** Ends the fit where it is: no function is called after it was aborted. */
  readonly signal?: AbortSignal;
  /** Called after each iteration. */
  readonly onProgress?: (progress: LeastSquaresProgress<X>) => void;
}

/** Options of `leastSquares`. */
export interface LeastSquaresOptions<X> extends FitOptions<X> {
  /**
   * Derivatives of the residuals: a row for each residual, a column for each unknown in the order of x. By default they are
   * differences.
   */
  readonly jacobian?: (x: FormOf<X>) => ArrayLike<ArrayLike<number>>;
}

/** What a fit has found. */
export interface LeastSquaresResult<X> {
  /** The best point that was seen, in the form of the start. */
  readonly x: FormOf<X>;
  /** There, without weights. */
  readonly residuals: Float64Array;
  /** Half of what was minimised: of the sum of squares, or of the losses. */
  readonly cost: number;
  /** With weights. */
  readonly residualSumOfSquares: number;
  /** The largest cosine between the residuals and a column of the Jacobian: 0 at a minimum. */
  readonly gradientCosine: number;
  /** Of the Jacobian: smaller than the number of unknowns where not all of them are determined; NaN where that is not known. */
  readonly rank: number;
  /**
   * Rows, in the order of x: `(JᵀJ)⁻¹` times the variance of the residuals, which is their sum of squares over the degrees of
   * freedom. Infinite for an unknown that is not determined, and for all where there are no degrees of freedom. NaN
   * where it is not known: the fit was ended by a limit of calls or a signal, or derivatives are not finite.
   */
  readonly covariance: readonly (readonly number[])[];
  /** The roots of its diagonal, in the form of the start. */
  readonly standardErrors: FormOf<X>;
  /** Residuals less the rank. */
  readonly degreesOfFreedom: number;
  /** Iterations made. */
  readonly iterations: number;
  /** Calls of the residual function, those for differences too. */
  readonly evaluations: number;
  /** Jacobians, given or of differences. */
  readonly jacobianEvaluations: number;
  /** Where derivatives came from. */
  readonly jacobianBy: "given" | "differences";
  /** Whether x is a minimum, as exactly as was asked for. */
  readonly converged: boolean;
  /** Why it ended, in a word. */
  readonly reason: LeastSquaresReason;
  /** The reason as a sentence. */
  readonly message: string;
}

export const fitOptions = [
  ...["method", "differences", "bounds", "weights", "absoluteWeights", "loss", "lossScale"],
  ...["gradientTolerance", "valueTolerance", "stepTolerance", "maxIterations", "maxEvaluations"],
  ...["signal", "onProgress"],
] as const;

/** @throws {MinimizeError} where there is an option that is none */
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

/** A number that is not negative, or the default. */
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
