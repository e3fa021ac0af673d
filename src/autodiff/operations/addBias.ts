import { check, printShape } from "../errors.ts";
import { checkBias, fillRows, sumRows } from "../products/rows.ts";
import { asRows, type FloatArray, type Tensor } from "../tensor.ts";

/**
 * x plus a vector along its last dimension.
 *
 * @param x [..., n]
 * @param bias [n]
 * @example
 * const tape = createTape(optimizer);
 * const x = tape.input([2, 3]);
 * net.b.data.set([1, 2, 3]);
 * x.data.set([10, 10, 10, 20, 20, 20]);
 * tape.forward(addBias(x, tape.parameters.b)); // [11, 12, 13, 21, 22, 23]
 */
export function addBias<A extends FloatArray>(x: Tensor<A>, bias: Tensor<A>): Tensor<A> {
  check(x.shape.length > 0, () => `addBias: expected x [..., n], found ${printShape(x.shape)}`);
  checkBias("addBias", bias, asRows(x.shape).columns);
  const { kernels } = x.tape;
  const size = x.data.length;
  return x.tape.record({
    name: "addBias",
    inputs: [x, bias],
    shape: x.shape,
    forward: (output) => {
      fillRows(kernels, bias.data, output);
      kernels.axpy(size, x.data.byteOffset, output.byteOffset, 1);
    },
    backward: [
      (gradient, target) =>
        kernels.copy(target.byteOffset, gradient.byteOffset, gradient.byteLength),
      (gradient, target) => sumRows(kernels, gradient, target),
    ],
  });
}
