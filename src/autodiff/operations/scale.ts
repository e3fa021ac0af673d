import { check } from "../errors.ts";
import type { Tensor } from "../tensor.ts";

/** A tensor times a number, which is rounded to float32. */
export function scale(x: Tensor, factor: number): Tensor {
  check(Number.isFinite(factor), () => `scale: expected a finite factor, found ${factor}`);
  const { scaleBy } = x.tape.kernels;
  const size = x.data.length;
  return x.tape.record({
    name: "scale",
    inputs: [x],
    shape: x.shape,
    forward: (output) => scaleBy(size, x.data.byteOffset, output.byteOffset, factor),
    backward: [(gradient, target) => scaleBy(size, gradient.byteOffset, target.byteOffset, factor)],
  });
}
