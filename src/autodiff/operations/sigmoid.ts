import type { FloatArray, Tensor } from "../tensor.ts";

/**
 * y = 1 / (1 + e^-x), element by element; dy/dx = y (1 - y).
 *
 * @example
 * const logistic = valueAndGradient((x) => sum(sigmoid(x)));
 * const { value, gradient } = logistic([0]); // 0.5 and [0.25]
 */
export function sigmoid<A extends FloatArray>(x: Tensor<A>): Tensor<A> {
  const { kernels } = x.tape;
  const size = x.data.length;
  const y: Tensor<A> = x.tape.record({
    name: "sigmoid",
    inputs: [x],
    shape: x.shape,
    forward: (output) => kernels.sigmoid(size, x.data.byteOffset, output.byteOffset),
    backward: [
      (gradient, target) =>
        kernels.sigmoidGradient(size, y.data.byteOffset, gradient.byteOffset, target.byteOffset),
    ],
  });
  return y;
}
