import { check } from "../errors.ts";
import { printValue } from "../options.ts";
import type { FloatArray, Tensor } from "../tensor.ts";

/**
 * A tensor times a number, which is rounded to the tape's type.
 * @param factor finite in float32; not differentiated by
 * @example
 * const halved = valueAndGradient((x) => sum(scale(x, 0.5)));
 * const { value, gradient } = halved([1, 3]); // 2 and [0.5, 0.5]
 */
export function scale<A extends FloatArray>(x: Tensor<A>, factor: number): Tensor<A> {
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
