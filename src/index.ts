/**
 * Gradus: optimizers for TypeScript, each a few lines of maths.
 *
 * @packageDocumentation
 */
export type { Compiler } from "./compilers/compiler.ts";
export { javascript } from "./compilers/js/interpreter.ts";
export { webassembly } from "./compilers/wasm/compiler.ts";
export * from "./optimizers/index.ts";
export { chain, defineOptimizer, defineTransform } from "./rule/define.ts";
export type {
  Definition,
  HyperDefaults,
  HyperOptions,
  HyperValue,
  Rule,
  RuleFactory,
  StateDeclaration,
} from "./rule/definition.ts";
export { HyperparameterError, RuleError } from "./rule/errors.ts";
export { BindingError, DisposedError, GradientError } from "./runtime/errors.ts";
export type { Group, Match } from "./runtime/groups.ts";
export { OutOfMemoryError } from "./runtime/memory.ts";
export { type OptimizeOptions, optimize } from "./runtime/optimize.ts";
export type {
  NonFinitePolicy,
  Optimizer,
  OptimizerState,
  StepInputs,
} from "./runtime/optimizer.ts";
export {
  type Parameter,
  type ParameterSource,
  type ParametersOptions,
  parameters,
} from "./runtime/parameters.ts";
export type { StepReport } from "./runtime/report.ts";
export * from "./schedules/index.ts";
export * from "./transforms/index.ts";
