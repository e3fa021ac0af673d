/**
 * For authors of backends: programs, how kernels are called, and the results that operators and sums must give (docs/backends.md).
 *
 * @packageDocumentation
 */

export type { Node, NodeBase, NodeOf, Origin, Store } from "../rule/graph/graph.ts";
export type { Kind } from "../rule/graph/kinds.ts";
export {
  type ElementOperator,
  identities,
  type LineOperator,
  type ReductionOperator,
} from "../rule/graph/operators.ts";
export type {
  Addend,
  Matrix,
  MatrixEngine,
  NamedRoutine,
  RoutineSignature,
  Shape,
} from "../rule/matrices/matrix.ts";
export type { GradientNorm } from "../rule/planning/gradientNorm.ts";
export {
  type Load,
  type Loop,
  loopsOf,
  type Pass,
  type Program,
  type Reduction,
  type RoutineCall,
  type Slot,
  slotIndex,
} from "../rule/planning/program.ts";
export {
  type Access,
  accessOf,
  type Backend,
  blockLength,
  callRecord,
  chunkBytes,
  type ElementType,
  elementBytes,
  type Kernel,
  type KernelMemory,
  lanes,
  type SharedCode,
  type Sharing,
} from "./backend.ts";
export { defineOperator, type OperatorDefinition } from "./defineOperator.ts";
export { hostEngine, type Product } from "./hostEngine.ts";
export { draw, evaluators } from "./js/evaluators.ts";
export { combiners, reduceLine } from "./js/lanes.ts";
export { LoopCall } from "./loopCall.ts";
export type { FunctionBuilder, FunctionSource } from "./wasm/assembler/assembler.ts";
export type { Mnemonic } from "./wasm/assembler/instructions.ts";
export { type Emit, shapeOf, splatConstant } from "./wasm/operators.ts";
