/**
 * Gradus: optimizers for TypeScript, each a few lines of maths.
 *
 * @packageDocumentation
 */
export type { Backend } from "./compilers/backend.ts";
export { javascript } from "./compilers/js/interpreter.ts";
export type {
  Blocks,
  Encoding,
  Rounding,
  Storage,
  StoredElements,
  WgslEncoding,
} from "./compilers/storages/storage.ts";
export { webassembly } from "./compilers/wasm/compiler.ts";
export { chain, defineOptimizer, defineTransform, frozen } from "./define.ts";
export * from "./optimizers/index.ts";
export type {
  Branch,
  Definition,
  HyperDefaults,
  HyperOptions,
  HyperValue,
  Match,
  Rule,
  RuleFactory,
  StateDeclaration,
} from "./rule/definition.ts";
export { HyperparameterError, RuleError } from "./rule/errors.ts";
export type { Chained } from "./rule/join.ts";
export { masked, partition } from "./rule/partition.ts";
export type { Interval } from "./rule/ranges.ts";
export { type WhenOptions, when } from "./rule/when.ts";
export type { Begun } from "./runtime/binding/ages.ts";
export type { Group } from "./runtime/binding/groups.ts";
export type { Plan, PlannedTensor } from "./runtime/binding/plans.ts";
export type { StateStorage } from "./runtime/binding/storing.ts";
export type { Tensor as CpuTensor } from "./runtime/binding/tensor.ts";
export { addParameters, removeParameters, stepsOf } from "./runtime/changeParameters.ts";
export type { AnyOptimizer } from "./runtime/contract.ts";
export {
  BindingError,
  DisposedError,
  EvaluationError,
  GradientError,
  RestoreError,
  ThreadError,
} from "./runtime/errors.ts";
export type { Exchangeable, NextPlan } from "./runtime/exchange.ts";
export { type Absence, skipAbsent } from "./runtime/gradients/absent.ts";
export type { GradientSource, StepGradients } from "./runtime/gradients/gradients.ts";
export { type SparseGradient, sparse } from "./runtime/gradients/sparse.ts";
export { type Memory, OutOfMemoryError } from "./runtime/memory/memory.ts";
export { fromFloat32, toFloat32 } from "./runtime/narrow.ts";
export { type DistributedOptions, type OptimizeOptions, optimize } from "./runtime/optimize.ts";
export type { Optimizer } from "./runtime/optimizer.ts";
export {
  type AnyParameter,
  type AnyParameterSource,
  type ArrayOf,
  type ArraysOf,
  type NarrowParameter,
  type Parameter,
  type ParameterArray,
  type ParameterOf,
  type ParameterSource,
  type ParametersOf,
  type ParametersOptions,
  parameters,
} from "./runtime/parameters.ts";
export type {
  CommunicatorInfo,
  DistributionOptions,
  RankOptimizer,
  RankOptions,
} from "./runtime/ranks.ts";
export { type RemapOptions, remap } from "./runtime/remap.ts";
export {
  getHyper,
  type HyperSettings,
  type SetHyperOptions,
  setHyper,
} from "./runtime/setHyper.ts";
export type { NonFinitePolicy, StepInputs } from "./runtime/settings.ts";
export type {
  Conversion,
  HyperDifference,
  RestoreOptions,
  RestoreReport,
  ResumePoint,
  SavedState,
} from "./runtime/state/restore.ts";
export type {
  OptimizerState,
  ScheduleState,
  StatefulSchedule,
  StateGroup,
  StoredArray,
} from "./runtime/state/state.ts";
export { Stateful } from "./runtime/state/stateful.ts";
export type { StepReport } from "./runtime/step/report.ts";
export * from "./schedules/index.ts";
export {
  bfloat16,
  block8,
  compensated,
  defineStorage,
  float16,
  master,
  stochastic,
} from "./storages.ts";
export * from "./transforms/index.ts";
export * from "./wrappers/index.ts";
