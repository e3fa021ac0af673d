import { check, printShape } from "../errors.ts";
import { printValue } from "../options.ts";
import { checkBias } from "../products/rows.ts";
import { asRows, type FloatArray, type Tensor } from "../tensor.ts";

/**
 * Layer normalization (Ba, Kiros and Hinton, 2016, section 3.1) over the last dimension:
 * y = n gain + bias with n = (x - mean) / sqrt(variance + eps), the variance over n elements and not
 * n - 1. Sums are taken in float64.
 *
 * With h = gain dL/dy: dL/dx = (h - mean(h) - n mean(h n)) / sqrt(variance + eps), dL/dgain is the sum
 * over the rows of n dL/dy, and dL/dbias that of dL/dy.
 *
 * @param x [..., n]
 * @param gain [n]: PyTorch's `weight`, to start from ones
 * @param bias [n]
 * @param eps added to the variance; by default 1e-5, as in PyTorch
 * @example
 * const layer = parameters({ gain: ones([8]), bias: [8] });
 * const tape = createTape(optimize(layer, adam()));
 * const { gain, bias } = tape.parameters;
 * layerNorm(tape.input([32, 8]), gain, bias).shape; // [32, 8]
 */
export function layerNorm<A extends FloatArray>(
  x: Tensor<A>,
  gain: Tensor<A>,
  bias: Tensor<A>,
  eps = 1e-5,
): Tensor<A> {
  const { rows, columns } = asRows(x.shape);
  check(x.shape.length > 0, () => `layerNorm: expected x [..., n], found ${printShape(x.shape)}`);
  check(gain.shape.length === 1 && gain.shape[0] === columns, () => {
    return `layerNorm: expected gain [${columns}], found ${printShape(gain.shape)}`;
  });
  checkBias("layerNorm", bias, columns);
  check(typeof eps === "number" && eps >= 0 && eps < Infinity, () => {
    return `layerNorm: expected eps of 0 or more, found ${printValue(eps)}`;
  });
  /** n, and the factor that it was scaled by in each row, as the last pass left them. */
  const normalized = x.tape.buffer(rows * columns);
  const scales = new Float64Array(rows);
  const sums = new Float64Array(columns);
  return x.tape.record({
    name: "layerNorm",
    inputs: [x, gain, bias],
    shape: x.shape,
    forward: (output: FloatArray) => {
      for (let row = 0; row < rows; row++) {
        scales[row] = normalizeRow(x.data, normalized, row * columns, columns, eps);
        for (let j = 0, at = row * columns; j < columns; j++, at++) {
          output[at] = normalized[at]! * gain.data[j]! + bias.data[j]!;
        }
      }
    },
    backward: [
      (gradient, target) => {
        for (let row = 0; row < rows; row++) {
          const from = row * columns;
          differentiateRow(gradient, gain.data, normalized, target, from, scales[row]!);
        }
      },
      (gradient, target) => {
        sums.fill(0);
        for (let at = 0; at < gradient.length; at++) {
          sums[at % columns]! += gradient[at]! * normalized[at]!;
        }
        target.set(sums);
      },
      (gradient, target) => {
        sums.fill(0);
        for (let at = 0; at < gradient.length; at++) {
          sums[at % columns]! += gradient[at]!;
        }
        target.set(sums);
      },
    ],
  });
}

/** Normalizes `count` elements from `from` on and returns what they were multiplied by. */
function normalizeRow(
  x: FloatArray,
  normalized: FloatArray,
  from: number,
  count: number,
  eps: number,
): number {
  let sum = 0;
  for (let at = from; at < from + count; at++) {
    sum += x[at]!;
  }
  const mean = sum / count;
  let squares = 0;
  for (let at = from; at < from + count; at++) {
    const deviation = x[at]! - mean;
    squares += deviation * deviation;
  }
  const scale = 1 / Math.sqrt(squares / count + eps);
  for (let at = from; at < from + count; at++) {
    normalized[at] = (x[at]! - mean) * scale;
  }
  return scale;
}

/** Writes the gradient of one row of x, which starts at `from`. */
function differentiateRow(
  gradient: FloatArray,
  gain: FloatArray,
  normalized: FloatArray,
  target: FloatArray,
  from: number,
  scale: number,
): void {
  const count = gain.length;
  let sum = 0;
  let along = 0;
  for (let j = 0; j < count; j++) {
    const part = gradient[from + j]! * gain[j]!;
    sum += part;
    along += part * normalized[from + j]!;
  }
  const mean = sum / count;
  const meanAlong = along / count;
  for (let j = 0; j < count; j++) {
    const part = gradient[from + j]! * gain[j]!;
    target[from + j] = scale * (part - mean - normalized[from + j]! * meanAlong);
  }
}
