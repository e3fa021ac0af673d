import { check } from "../errors.ts";
import { printValue } from "../options.ts";
import type { Tensor } from "../tensor.ts";

/** A tensor times a number, which is rounded to float32. */
export function scale(x: Tensor, factor: number): Tensor {
  check(typeof factor === "number" && Number.isFinite(Math.fround(factor)), () => {
    return `scale: expected a factor that is finite in float32, found ${printValue(factor)}`;
  });
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
