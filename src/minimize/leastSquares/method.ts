/** How a step is chosen: the seam between the iteration, which is the same for all, and a method. */
import type { Factors } from "./qr.ts";

/** The residuals as they are by their Jacobian: `r + J s`, for a step s. */
export interface LinearModel {
  /** Of J. */
  readonly factors: Factors;
  /** The first n elements of `Qᵀ r`. */
  readonly projected: Float64Array;
  /** Of each unknown, positive: what makes their steps comparable. */
  readonly scale: Float64Array;
}

/** A step, and what was found on the way to it. */
export interface LeastSquaresStep {
  /** What to add to the unknowns. */
  readonly step: Float64Array;
  /** What was added to `JᵀJ`, as a multiple of the squared scale. */
  readonly damping: number;
  /** Whether it is the step to the least value of the model, which no radius has shortened. */
  readonly isFull: boolean;
}

/** Makes steps of at most a length. */
export interface LeastSquaresMethod {
  /** As results call it: `levenbergMarquardt`. */
  readonly name: string;
  /**
   * The step that makes the model small.
   * @param radius its greatest length, with each unknown times its scale; a tenth more is allowed
   * @param damping that of the last step, to start from
   */
  readonly step: (model: LinearModel, radius: number, damping: number) => LeastSquaresStep;
  /**
   * What to add to a step because the residuals bend along it; by default nothing.
   * @param bend the first n elements of `Qᵀ r''`, with r'' the second derivative of the residuals along the step
   */
  readonly correction?: (
    model: LinearModel,
    made: LeastSquaresStep,
    bend: Float64Array,
  ) => Float64Array;
}
