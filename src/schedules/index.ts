import { constant } from "./constant.ts";
import { cosine } from "./cosine.ts";
import { exponential } from "./exponential.ts";
import { inverseSqrt } from "./inverseSqrt.ts";
import { inverseTime } from "./inverseTime.ts";
import { join } from "./join.ts";
import { linear } from "./linear.ts";
import { multiStep } from "./multiStep.ts";
import { oneCycle } from "./oneCycle.ts";
import { polynomial } from "./polynomial.ts";
import { stepDecay } from "./stepDecay.ts";
import { warmup } from "./warmup.ts";
import { warmupCosine } from "./warmupCosine.ts";

export { constant } from "./constant.ts";
export { type CosineOptions, cosine } from "./cosine.ts";
export { type ExponentialOptions, exponential } from "./exponential.ts";
export { type InverseSqrtOptions, inverseSqrt } from "./inverseSqrt.ts";
export { type InverseTimeOptions, inverseTime } from "./inverseTime.ts";
export { join } from "./join.ts";
export { type LinearOptions, linear } from "./linear.ts";
export { type MultiStepOptions, multiStep } from "./multiStep.ts";
export { type OneCycleOptions, oneCycle } from "./oneCycle.ts";
export { ScheduleError } from "./options.ts";
export { type PolynomialOptions, polynomial } from "./polynomial.ts";
export type { Schedule } from "./schedule.ts";
export { type StepDecayOptions, stepDecay } from "./stepDecay.ts";
export { type WarmupOptions, warmup } from "./warmup.ts";
export { type WarmupCosineOptions, warmupCosine } from "./warmupCosine.ts";

/** Every built-in schedule by name, for `gradus list` and for the tests that enumerate them. */
export const schedules = {
  constant,
  inverseTime,
  stepDecay,
  multiStep,
  exponential,
  polynomial,
  linear,
  inverseSqrt,
  cosine,
  warmup,
  warmupCosine,
  oneCycle,
  join,
} as const;
