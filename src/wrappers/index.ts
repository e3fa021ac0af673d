/** What stands around the steps of an optimizer. */
export {
  type AccumulateOptions,
  Accumulator,
  accumulate,
  type MicroStepReport,
} from "./accumulate.ts";
export {
  Curvature,
  type CurvatureOptions,
  type Curved,
  curvature,
  type EstimateSource,
} from "./curvature.ts";
export { type GaloreOptions, galore, LowRankOptimizer } from "./galore.ts";
export {
  type LossScale,
  type LossScaleOptions,
  type LossScaleState,
  lossScale,
} from "./lossScale.ts";
export { type PrivatizeOptions, privatize } from "./privatize.ts";
export { type ClosureResult, type SamOptions, SharpnessAware, sam } from "./sam.ts";
