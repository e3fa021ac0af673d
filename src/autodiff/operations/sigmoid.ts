import type { Tensor } from "../tensor.ts";

/** y = 1 / (1 + exp(-x)), element by element; dy/dx = y (1 - y). */
export function sigmoid(x: Tensor): Tensor {
  const y = x.tape.record({
    name: "sigmoid",
    inputs: [x],
    shape: x.shape,
    forward: (output) => {
      for (let i = 0; i < output.length; i++) {
        output[i] = 1 / (1 + Math.exp(-x.data[i]!));
      }
    },
    backward: [
      (gradient, target) => {
        for (let i = 0; i < target.length; i++) {
          target[i] = gradient[i]! * y.data[i]! * (1 - y.data[i]!);
        }
      },
    ],
  });
  return y;
}
