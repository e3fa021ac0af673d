import { check, printShape } from "../errors.ts";
import { checkBias, fillRows, sumRows } from "../products/rows.ts";
import { asRows, type FloatArray, type Tensor } from "../tensor.ts";

/**
 * y = x W + b, the row vector b added to each row of x W. With g = dL/dy: dL/dx = g W^T, dL/dW =
 * x^T g, and dL/db is the sum of g's rows.
 *
 * @param x [..., in]
 * @param weight [in, out]: row-major, so transposed compared with PyTorch's
 * @param bias [out]
 * @returns [..., out]
 * @example
 * const layer = parameters({ w: [784, 10], b: [10] });
 * const tape = createTape(optimize(layer, adam()));
 * const { w, b } = tape.parameters;
 * linear(tape.input([32, 784]), w, b).shape; // [32, 10]
 */
export function linear<A extends FloatArray>(
  x: Tensor<A>,
  weight: Tensor<A>,
  bias?: Tensor<A>,
): Tensor<A> {
  const { rows, columns: inputs } = asRows(x.shape);
  const outputs = weight.shape[1] ?? 0;
  check(x.shape.length > 0 && weight.shape.length === 2 && weight.shape[0] === inputs, () => {
    const expected = `[${x.shape.length > 0 ? inputs : "in"}, out]`;
    return (
      `linear: expected weight ${expected} for x ${printShape(x.shape)}, ` +
      `found ${printShape(weight.shape)}`
    );
  });
  checkBias("linear", bias, outputs);
  const { product, kernels } = x.tape;
  const sizes = { rows, depth: inputs, columns: outputs, accumulate: bias !== undefined };
  const toX = { rows, depth: outputs, columns: inputs, transposeB: true };
  const toWeight = { rows: inputs, depth: rows, columns: outputs, transposeA: true };
  return x.tape.record({
    name: "linear",
    inputs: bias === undefined ? [x, weight] : [x, weight, bias],
    shape: [...x.shape.slice(0, -1), outputs],
    forward: (output) => {
      if (bias !== undefined) {
        // The product adds to what is there, so the bias costs no pass of its own.
        fillRows(kernels, bias.data, output);
      }
      product(x.data, weight.data, output, sizes);
    },
    backward: [
      (gradient, target) => product(gradient, weight.data, target, toX),
      (gradient, target) => product(x.data, gradient, target, toWeight),
      (gradient, target) => sumRows(kernels, gradient, target),
    ],
  });
}
