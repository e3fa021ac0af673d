/** The interface between the iteration, which is the same for all methods, and a method, which chooses the step. */
import type { Factors } from "./qr.ts";

/** The linear model of the residuals after a step s: `r + J s`. */
export interface LinearModel {
  /** The QR factors of J. */
  readonly factors: Factors;
  /** The first n elements of `Qᵀ r`. */
  readonly projected: Float64Array;
  /** A positive number for each unknown, which makes their steps comparable. */
  readonly scale: Float64Array;
}

/** A step of a method. */
export interface LeastSquaresStep {
  /** What to add to the unknowns. */
  readonly step: Float64Array;
  /** The damping: the multiple of the squared scale that was added to `JᵀJ`. */
  readonly damping: number;
  /** Whether it is the full step to the minimum of the model, which the radius did not shorten. */
  readonly isFull: boolean;
}

/** A method: makes steps within a radius. */
export interface LeastSquaresMethod {
  /** The name, such as `levenbergMarquardt`. */
  readonly name: string;
  /**
   * Returns a step that makes the model small.
   * @param radius the greatest length of the step, with each unknown times its scale; a tenth more is allowed
   * @param damping of the last step, to start from
   */
  readonly step: (model: LinearModel, radius: number, damping: number) => LeastSquaresStep;
  /**
   * Returns what to add to a step because of the curvature of the residuals along it. Default: nothing.
   * @param curvature the first n elements of `Qᵀ r''`, with r'' the second derivative of the residuals along the step
   */
  readonly correction?: (
    model: LinearModel,
    made: LeastSquaresStep,
    curvature: Float64Array,
  ) => Float64Array;
}
