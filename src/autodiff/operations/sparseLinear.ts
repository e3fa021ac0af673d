import { check, printShape } from "../errors.ts";
import { checkBias, fillRows, sumRows } from "../rows.ts";
import type { SparseInput } from "../sparseInput.ts";
import type { Tensor } from "../tensor.ts";

/**
 * y = x W + b for a sparse x: row r of y is b plus the sum of x[r, f] W[f] over the features f of row
 * r. With g = dL/dy, row f of dL/dW is the sum of x[r, f] g[r] over the rows r that have f; no other
 * row of it is written, and `Tape.touchedRows` says which were.
 *
 * @param x [batch, in]
 * @param weight [in, out]
 * @param bias [out]
 * @returns [batch, out]
 */
export function sparseLinear(x: SparseInput, weight: Tensor, bias?: Tensor): Tensor {
  const [inputs, outputs = 0] = weight.shape;
  check(weight.shape.length === 2 && inputs === x.features, () => {
    return (
      `sparseLinear: expected weight [${x.features}, out] for ${x.features} features, ` +
      `found ${printShape(weight.shape)}`
    );
  });
  checkBias("sparseLinear", bias, outputs);
  const { kernels } = weight.tape;
  const bytes = outputs * 4;
  return weight.tape.record({
    name: "sparseLinear",
    inputs: bias === undefined ? [weight] : [weight, bias],
    shape: [x.rows, outputs],
    forward: (output) => {
      if (bias === undefined) {
        output.fill(0);
      } else {
        fillRows(kernels, bias.data, output);
      }
      forEachEntry(x, (row, feature, value) => {
        const from = weight.data.byteOffset + feature * bytes;
        kernels.axpy(outputs, from, output.byteOffset + row * bytes, value);
      });
    },
    backward: [
      {
        addRows: (gradient, target, touch) =>
          forEachEntry(x, (row, feature, value) => {
            touch(feature);
            const from = gradient.byteOffset + row * bytes;
            kernels.axpy(outputs, from, target.byteOffset + feature * bytes, value);
          }),
      },
      (gradient, target) => sumRows(kernels, gradient, target),
    ],
  });
}

/** Calls back with each entry's row, feature and value. */
function forEachEntry(
  { rows, offsets, indices, values }: SparseInput,
  body: (row: number, feature: number, value: number) => void,
): void {
  for (let row = 0; row < rows; row++) {
    const end = offsets[row + 1]!;
    for (let entry = offsets[row]!; entry < end; entry++) {
      body(row, indices[entry]!, values[entry]!);
    }
  }
}
