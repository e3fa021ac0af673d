import { check, printShape } from "../errors.ts";
import type { Tensor } from "../tensor.ts";

/** The sum of two tensors of one shape. */
export function add(a: Tensor, b: Tensor): Tensor {
  check(a.shape.length === b.shape.length && a.shape.every((n, i) => n === b.shape[i]), () => {
    return `add: expected tensors of one shape, found ${printShape(a.shape)} and ${printShape(b.shape)}`;
  });
  const { copy, axpy } = a.tape.kernels;
  const size = a.data.length;
  const pass = (gradient: Float32Array, target: Float32Array) =>
    copy(target.byteOffset, gradient.byteOffset, size * 4);
  return a.tape.record({
    name: "add",
    inputs: [a, b],
    shape: a.shape,
    forward: (output) => {
      copy(output.byteOffset, a.data.byteOffset, size * 4);
      axpy(size, b.data.byteOffset, output.byteOffset, 1);
    },
    backward: [pass, pass],
  });
}
