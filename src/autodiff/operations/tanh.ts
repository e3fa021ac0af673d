import type { Tensor } from "../tensor.ts";

/** y = tanh(x), element by element; dy/dx = 1 - y^2. */
export function tanh(x: Tensor): Tensor {
  const y = x.tape.record({
    name: "tanh",
    inputs: [x],
    shape: x.shape,
    forward: (output) => {
      for (let i = 0; i < output.length; i++) {
        output[i] = Math.tanh(x.data[i]!);
      }
    },
    backward: [
      (gradient, target) => {
        for (let i = 0; i < target.length; i++) {
          target[i] = gradient[i]! * (1 - y.data[i]! ** 2);
        }
      },
    ],
  });
  return y;
}
