/** Wrappers: they extend the steps of any optimizer. */
export { accumulate } from "./accumulate.ts";
export { Accumulator } from "./accumulator.ts";
export {
  Curvature,
  type CurvatureOptions,
  type Curved,
  curvature,
  type EstimateSource,
} from "./curvature.ts";
export { galore, LowRankOptimizer } from "./galore.ts";
export type { GaloreOptions } from "./galoreOptions.ts";
export type { MakeOptimizer } from "./inner.ts";
export {
  type LossScale,
  type LossScaleOptions,
  type LossScaleState,
  lossScale,
} from "./lossScale.ts";
export type { AccumulateOptions, MicroStepReport } from "./microStep.ts";
export { type PrivatizeOptions, privatize } from "./privatize.ts";
export { type ClosureResult, type SamOptions, SharpnessAware, sam } from "./sam.ts";
export { type SkipLimit, skipLimit } from "./skipLimit.ts";
export { Wrapper } from "./wrapper.ts";
