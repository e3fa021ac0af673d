import type { FloatArray, Tensor } from "../tensor.ts";

/**
 * max(x, 0), element by element; its derivative at 0 is 0, and at NaN the gradient passes, as in PyTorch.
 * @example
 * const tape = createTape(optimizer);
 * const x = tape.input([3]);
 * x.data.set([-1, 0, 2]);
 * tape.forward(relu(x)); // [0, 0, 2]
 */
export function relu<A extends FloatArray>(x: Tensor<A>): Tensor<A> {
  const { rectify, rectifyGradient } = x.tape.kernels;
  const size = x.data.length;
  const y: Tensor<A> = x.tape.record({
    name: "relu",
    inputs: [x],
    shape: x.shape,
    forward: (output) => rectify(size, x.data.byteOffset, output.byteOffset),
    backward: [
      (gradient, target) =>
        rectifyGradient(size, y.data.byteOffset, gradient.byteOffset, target.byteOffset),
    ],
  });
  return y;
}
