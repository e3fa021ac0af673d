import { check, printShape } from "../errors.ts";
import type { FloatArray, Tensor } from "../tensor.ts";

/**
 * The mean over all n elements of (x - target)^2, summed in float64; its gradient is
 * 2 (x - target) / n for x, and the negative of that for the target.
 *
 * @returns []
 * @example
 * const tape = createTape(optimizer);
 * const [x, target] = [tape.input([2]), tape.input([2])];
 * x.data.set([1, 2]);
 * target.data.set([1, 4]);
 * tape.forward(meanSquaredError(x, target)); // [2]
 */
export function meanSquaredError<A extends FloatArray>(x: Tensor<A>, target: Tensor<A>): Tensor<A> {
  const size = x.data.length;
  check(
    x.shape.length === target.shape.length && x.shape.every((n, i) => n === target.shape[i]),
    () =>
      `meanSquaredError: expected target ${printShape(x.shape)}, found ${printShape(target.shape)}`,
  );
  const derivative = (sign: 1 | -1) => (gradient: FloatArray, into: FloatArray) => {
    const factor = (sign * 2 * gradient[0]!) / size;
    for (let i = 0; i < size; i++) {
      into[i] = factor * (x.data[i]! - target.data[i]!);
    }
  };
  return x.tape.record({
    name: "meanSquaredError",
    inputs: [x, target],
    shape: [],
    forward: (output: FloatArray) => {
      let sum = 0;
      for (let i = 0; i < size; i++) {
        const difference = x.data[i]! - target.data[i]!;
        sum += difference * difference;
      }
      output[0] = sum / size;
    },
    backward: [derivative(1), derivative(-1)],
  });
}
