/** The part of TensorFlow.js that the benchmark uses. */
export interface Tensor {
  readonly shape: readonly number[];
  dataSync(): Float32Array;
  dispose(): void;
}

export interface Variable extends Tensor {
  readonly name: string;
}

export interface Optimizer {
  applyGradients(gradients: Readonly<Record<string, Tensor>>): void;
  minimize(loss: () => Tensor, returnCost: true, variables: readonly Variable[]): Tensor;
}

export interface TensorFlow {
  readonly version_core: string;
  enableProdMode(): void;
  setBackend(name: string): Promise<boolean>;
  getBackend(): string;
  tensor(values: Float32Array, shape: readonly number[]): Tensor;
  variable(start: Tensor): Variable;
  matMul(a: Tensor, b: Tensor, transposeA?: boolean, transposeB?: boolean): Tensor;
  transpose(x: Tensor, order?: readonly number[]): Tensor;
  zerosLike(x: Tensor): Tensor;
  add(a: Tensor, b: Tensor): Tensor;
  relu(x: Tensor): Tensor;
  reshape(x: Tensor, shape: readonly number[]): Tensor;
  reverse(x: Tensor, axes: readonly number[]): Tensor;
  conv2d(x: Tensor, filter: Tensor, strides: number, pad: number): Tensor;
  maxPool(x: Tensor, filterSize: number, strides: number, pad: "valid"): Tensor;
  customGrad(
    f: (
      a: Tensor,
      b: Tensor,
      save: (tensors: readonly Tensor[]) => void,
    ) => {
      value: Tensor;
      gradFunc: (dy: Tensor, saved: readonly Tensor[]) => readonly Tensor[];
    },
  ): (a: Tensor, b: Tensor) => Tensor;
  readonly losses: { softmaxCrossEntropy(labels: Tensor, logits: Tensor): Tensor };
  readonly train: {
    adam(lr: number, beta1: number, beta2: number, eps: number): Optimizer;
    sgd(lr: number): Optimizer;
    momentum(lr: number, momentum: number): Optimizer;
  };
}
