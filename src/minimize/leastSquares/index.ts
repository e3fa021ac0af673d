/** Least squares and curve fits: a part of `gradus/minimize`. */
export {
  type BandOptions,
  type CurveBand,
  type CurveFitOptions,
  type CurveFitResult,
  curveFit,
} from "./curveFit.ts";
export { dogleg } from "./dogleg.ts";
export type { LeastSquaresReason } from "./ending.ts";
export { leastSquares } from "./leastSquares.ts";
export { type LevenbergMarquardtOptions, levenbergMarquardt } from "./levenbergMarquardt.ts";
export type { Loss, LossName } from "./loss.ts";
export type { LeastSquaresMethod, LeastSquaresStep, LinearModel } from "./method.ts";
export type {
  FitOptions,
  ForEach,
  LeastSquaresOptions,
  LeastSquaresProgress,
  LeastSquaresResult,
} from "./options.ts";
export type { Factors } from "./qr.ts";
export { studentT } from "./studentT.ts";
export type { FormOf, Unknowns } from "./unknowns.ts";
