/**
 * Learning rates, or any other hyperparameter, that change from step to step: functions from a step's number, counted from 1, to
 * its value.
 *
 * @packageDocumentation
 */
import { constant } from "./constant.ts";
import { cooldown } from "./cooldown.ts";
import { cosine } from "./cosine.ts";
import { cosineWarmRestarts } from "./cosineWarmRestarts.ts";
import { cyclic } from "./cyclic.ts";
import { exponential } from "./exponential.ts";
import { inverseSqrt } from "./inverseSqrt.ts";
import { inverseTime } from "./inverseTime.ts";
import { join } from "./join.ts";
import { linear } from "./linear.ts";
import { multiplicative } from "./multiplicative.ts";
import { multiStep } from "./multiStep.ts";
import { noam } from "./noam.ts";
import { oneCycle } from "./oneCycle.ts";
import { piecewise } from "./piecewise.ts";
import { polynomial } from "./polynomial.ts";
import { reduceOnPlateau } from "./reduceOnPlateau.ts";
import { rex } from "./rex.ts";
import { scaled } from "./scaled.ts";
import { stepDecay } from "./stepDecay.ts";
import { tanh } from "./tanh.ts";
import { warmup } from "./warmup.ts";
import { warmupCosine } from "./warmupCosine.ts";
import { wsd } from "./wsd.ts";

export { constant } from "./constant.ts";
export { type CooldownOptions, cooldown } from "./cooldown.ts";
export { type CosineOptions, cosine } from "./cosine.ts";
export { type CosineWarmRestartsOptions, cosineWarmRestarts } from "./cosineWarmRestarts.ts";
export { type CyclicOptions, cyclic } from "./cyclic.ts";
export { type ExponentialOptions, exponential } from "./exponential.ts";
export { type InverseSqrtOptions, inverseSqrt } from "./inverseSqrt.ts";
export { type InverseTimeOptions, inverseTime } from "./inverseTime.ts";
export { join } from "./join.ts";
export { type LayerGroup, type LayerwiseDecayOptions, layerwiseDecay } from "./layerwiseDecay.ts";
export { type LinearOptions, linear } from "./linear.ts";
export { type MultiplicativeOptions, multiplicative } from "./multiplicative.ts";
export { type MultiStepOptions, multiStep } from "./multiStep.ts";
export { type NoamOptions, noam } from "./noam.ts";
export { type OneCycleOptions, oneCycle } from "./oneCycle.ts";
export { ScheduleError } from "./options.ts";
export { type PiecewiseOptions, piecewise } from "./piecewise.ts";
export { type PolynomialOptions, polynomial } from "./polynomial.ts";
export {
  type PlateauSchedule,
  type PlateauState,
  type ReduceOnPlateauOptions,
  reduceOnPlateau,
} from "./reduceOnPlateau.ts";
export { type RexOptions, rex } from "./rex.ts";
export { scaled } from "./scaled.ts";
export type { Schedule } from "./schedule.ts";
export { type StepDecayOptions, stepDecay } from "./stepDecay.ts";
export { type TanhOptions, tanh } from "./tanh.ts";
export { type WarmupOptions, warmup } from "./warmup.ts";
export { type WarmupCosineOptions, warmupCosine } from "./warmupCosine.ts";
export { type WsdOptions, wsd } from "./wsd.ts";

/** Every built-in schedule by name, for `gradus list` and for the tests that enumerate them. */
export const schedules = {
  constant,
  inverseTime,
  stepDecay,
  multiStep,
  exponential,
  multiplicative,
  polynomial,
  linear,
  inverseSqrt,
  noam,
  rex,
  tanh,
  cosine,
  cosineWarmRestarts,
  cyclic,
  oneCycle,
  piecewise,
  warmup,
  warmupCosine,
  wsd,
  cooldown,
  join,
  scaled,
  reduceOnPlateau,
} as const;
