/**
 * Gradients of small networks and of plain functions, on the memory that parameters and optimizer share.
 *
 * @packageDocumentation
 */
export { createTape } from "./createTape.ts";
export type { Operand } from "./elementwise/elementwise.ts";
export {
  abs,
  add,
  cos,
  div,
  exp,
  leakyRelu,
  less,
  log,
  logSigmoid,
  maximum,
  minimum,
  mul,
  neg,
  pow,
  silu,
  sin,
  softplus,
  sqrt,
  square,
  sub,
  where,
} from "./elementwise/operations.ts";
export { AutodiffError } from "./errors.ts";
export { float64 } from "./float64.ts";
export type { Elementwise, ElementwiseGradient, Kernels, OnRange } from "./kernels/index.ts";
export { concat, detach, slice, transpose } from "./layout/rearrangements.ts";
export { mean, type ReductionOptions, sum } from "./layout/reductions.ts";
export { addBias } from "./operations/addBias.ts";
export { type AveragePool2dOptions, averagePool2d } from "./operations/averagePool2d.ts";
export { binaryCrossEntropy } from "./operations/binaryCrossEntropy.ts";
export { type Conv2dOptions, conv2d } from "./operations/conv2d.ts";
export { dropout } from "./operations/dropout.ts";
export { embedding, type Indices } from "./operations/embedding.ts";
export { type GeluOptions, gelu } from "./operations/gelu.ts";
export { type HuberOptions, huber } from "./operations/huber.ts";
export { layerNorm } from "./operations/layerNorm.ts";
export { linear } from "./operations/linear.ts";
export { type MatmulOptions, matmul } from "./operations/matmul.ts";
export { type MaxPool2dOptions, maxPool2d } from "./operations/maxPool2d.ts";
export { meanSquaredError } from "./operations/meanSquaredError.ts";
export { relu } from "./operations/relu.ts";
export { reshape } from "./operations/reshape.ts";
export { rmsNorm } from "./operations/rmsNorm.ts";
export { scale } from "./operations/scale.ts";
export { sigmoid } from "./operations/sigmoid.ts";
export { softmax } from "./operations/softmax.ts";
export {
  type Labels,
  type SoftmaxCrossEntropyOptions,
  softmaxCrossEntropy,
} from "./operations/softmaxCrossEntropy.ts";
export { sparseLinear } from "./operations/sparseLinear.ts";
export { tanh } from "./operations/tanh.ts";
export type { MatrixProduct, ProductShape } from "./products/matrixProduct.ts";
export type { RunRanges } from "./products/ranges.ts";
export type { Both } from "./products/windows.ts";
export { sampleLabels } from "./sampleLabels.ts";
export { SparseInput, type SparseInputShape } from "./sparseInput.ts";
export { type InputOptions, Tape } from "./tape.ts";
export type { Numbers, TapeOptions } from "./tapeOptions.ts";
export type {
  Derivative,
  FloatArray,
  Operation,
  Recorder,
  RowDerivative,
  Tensor,
} from "./tensor.ts";
export type { Trainable, TrainableArray } from "./trainable.ts";
export {
  type GradientOf,
  type NamedFunction,
  type Value,
  type VectorFunction,
  valueAndGradient,
} from "./valueAndGradient.ts";
