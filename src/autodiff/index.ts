/** Gradients of small networks, on the memory that parameters and optimizer share. */
export { AutodiffError } from "./errors.ts";
export { add } from "./operations/add.ts";
export { addBias } from "./operations/addBias.ts";
export { dropout } from "./operations/dropout.ts";
export { type GeluOptions, gelu } from "./operations/gelu.ts";
export { linear } from "./operations/linear.ts";
export { type MatmulOptions, matmul } from "./operations/matmul.ts";
export { meanSquaredError } from "./operations/meanSquaredError.ts";
export { relu } from "./operations/relu.ts";
export { scale } from "./operations/scale.ts";
export { sigmoid } from "./operations/sigmoid.ts";
export { type Labels, softmaxCrossEntropy } from "./operations/softmaxCrossEntropy.ts";
export { sparseLinear } from "./operations/sparseLinear.ts";
export { tanh } from "./operations/tanh.ts";
export { SparseInput, type SparseInputShape } from "./sparseInput.ts";
export { createTape, Tape, type TapeOptions } from "./tape.ts";
export type { Derivative, Operation, RowDerivative, Tensor } from "./tensor.ts";
export type { Trainable } from "./trainable.ts";
