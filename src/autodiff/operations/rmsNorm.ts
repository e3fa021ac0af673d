import { check, printShape } from "../errors.ts";
import { printValue } from "../options.ts";
import { asRows, type FloatArray, type Tensor } from "../tensor.ts";

/**
 * Root mean square normalization (Zhang and Sennrich, 2019, equation 4) over the last dimension: y = n gain with
 * n = x / sqrt(mean(x^2) + eps). Sums are taken in float64.
 *
 * With h = gain dL/dy: dL/dx = (h - n mean(h n)) / sqrt(mean(x^2) + eps), and dL/dgain is the sum over the rows of n dL/dy.
 *
 * @param x [..., n]
 * @param gain [n]: PyTorch's `weight`, to start from ones
 * @param eps added to the mean square; by default 1e-6 (PyTorch's is the type's own unit, 1.2e-7 in float32)
 * @example
 * const layer = parameters({ gain: ones([2]) });
 * const tape = createTape(optimize(layer, adam()));
 * const x = tape.input([2, 2]);
 * x.data.set([1, 7, 10, 70]);
 * tape.forward(rmsNorm(x, tape.parameters.gain)); // [0.2, 1.4, 0.2, 1.4]
 */
export function rmsNorm<A extends FloatArray>(
  x: Tensor<A>,
  gain: Tensor<A>,
  eps = 1e-6,
): Tensor<A> {
  const { rows, columns } = asRows(x.shape);
  check(x.shape.length > 0, () => `rmsNorm: expected x [..., n], found ${printShape(x.shape)}`);
  check(gain.shape.length === 1 && gain.shape[0] === columns, () => {
    return `rmsNorm: expected gain [${columns}], found ${printShape(gain.shape)}`;
  });
  check(typeof eps === "number" && eps >= 0 && eps < Infinity, () => {
    return `rmsNorm: expected eps of 0 or more, found ${printValue(eps)}`;
  });
  /** What each row was multiplied by, as the last pass left it. */
  const scales = new Float64Array(rows);
  const sums = new Float64Array(columns);
  return x.tape.record({
    name: "rmsNorm",
    inputs: [x, gain],
    shape: x.shape,
    forward: (output: FloatArray) => {
      for (let row = 0; row < rows; row++) {
        const start = row * columns;
        const scale = scaleOf(x.data, start, columns, eps);
        scales[row] = scale;
        for (let j = 0; j < columns; j++) {
          output[start + j] = x.data[start + j]! * scale * gain.data[j]!;
        }
      }
    },
    backward: [
      (gradient, target) => {
        for (let row = 0; row < rows; row++) {
          differentiate(x.data, gain.data, gradient, target, row * columns, scales[row]!);
        }
      },
      (gradient, target) => {
        sums.fill(0);
        for (let at = 0; at < gradient.length; at++) {
          sums[at % columns]! += gradient[at]! * x.data[at]! * scales[Math.floor(at / columns)]!;
        }
        target.set(sums);
      },
    ],
  });
}

function scaleOf(x: FloatArray, start: number, count: number, eps: number): number {
  let squares = 0;
  for (let at = start; at < start + count; at++) {
    squares += x[at]! * x[at]!;
  }
  return 1 / Math.sqrt(squares / count + eps);
}

/** Writes the gradient of one row of x, which starts at `start`. */
function differentiate(
  x: FloatArray,
  gain: FloatArray,
  gradient: FloatArray,
  target: FloatArray,
  start: number,
  scale: number,
): void {
  const count = gain.length;
  let along = 0;
  for (let j = 0; j < count; j++) {
    along += gradient[start + j]! * gain[j]! * x[start + j]! * scale;
  }
  const mean = along / count;
  for (let j = 0; j < count; j++) {
    const normalized = x[start + j]! * scale;
    target[start + j] = scale * (gradient[start + j]! * gain[j]! - normalized * mean);
  }
}
