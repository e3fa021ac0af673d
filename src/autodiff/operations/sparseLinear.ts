import { check, printShape } from "../errors.ts";
import type { Kernels } from "../kernels/index.ts";
import { checkBias, fillRows, sumRows } from "../products/rows.ts";
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
 * @throws AutodiffError in a pass, where somebody wrote into x what is no feature
 * @example
 * const words = parameters({ w: [1000, 2] });
 * const tape = createTape(optimize(words, sgd()));
 * words.w.data.set([1, 2, 3, 4], 2 * 7); // of words 7 and 8
 * const x = new SparseInput({ rows: 2, features: 1000 });
 * x.set([[7, 8], [8, 8]]);
 * tape.forward(sparseLinear(x, tape.parameters.w)); // [4, 6, 6, 8]
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
  return weight.tape.record({
    name: "sparseLinear",
    inputs: bias === undefined ? [weight] : [weight, bias],
    shape: [x.rows, outputs],
    forward: (output) => {
      x.checkEntries("sparseLinear");
      if (bias === undefined) {
        output.fill(0);
      } else {
        fillRows(kernels, bias.data, output);
      }
      addEntries(kernels, x, weight.data, output, outputs);
    },
    backward: [
      {
        addRows: (gradient, target, touch) =>
          addEntries(kernels, x, target, gradient, outputs, touch),
      },
      (gradient, target) => sumRows(kernels, gradient, target),
    ],
  });
}

/**
 * For each entry of x, adds value times its feature's row to its row of y; where `touch` is given,
 * the other way round, from y's row to the feature's.
 */
function addEntries(
  { axpy }: Kernels,
  { rows, offsets, indices, values }: SparseInput,
  features: Float32Array,
  y: Float32Array,
  columns: number,
  touch?: (feature: number) => void,
): void {
  for (let row = 0; row < rows; row++) {
    const inY = y.byteOffset + row * columns * 4;
    const end = offsets[row + 1]!;
    for (let entry = offsets[row]!; entry < end; entry++) {
      const inFeatures = features.byteOffset + indices[entry]! * columns * 4;
      if (touch === undefined) {
        axpy(columns, inFeatures, inY, values[entry]!);
      } else {
        touch(indices[entry]!);
        axpy(columns, inY, inFeatures, values[entry]!);
      }
    }
  }
}
