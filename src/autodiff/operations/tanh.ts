import type { FloatArray, Tensor } from "../tensor.ts";

/**
 * y = tanh(x), element by element; dy/dx = 1 - y^2.
 *
 * @example
 * const activation = valueAndGradient((x) => sum(tanh(x)));
 * const { value, gradient } = activation([0, 20]); // 1 and [1, 0]
 */
export function tanh<A extends FloatArray>(x: Tensor<A>): Tensor<A> {
  const { kernels } = x.tape;
  const size = x.data.length;
  const y: Tensor<A> = x.tape.record({
    name: "tanh",
    inputs: [x],
    shape: x.shape,
    forward: (output) => kernels.tanh(size, x.data.byteOffset, output.byteOffset),
    backward: [
      (gradient, target) =>
        kernels.tanhGradient(size, y.data.byteOffset, gradient.byteOffset, target.byteOffset),
    ],
  });
  return y;
}
