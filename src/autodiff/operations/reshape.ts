import { check, printShape } from "../errors.ts";
import { type FloatArray, sizeOf, type Tensor } from "../tensor.ts";

/**
 * The same elements in another shape.
 *
 * @param shape of as many elements; one size may be -1, which stands for what is missing
 * @example
 * const pooled = createTape(optimizer).input([128, 7, 7, 8]);
 * reshape(pooled, [128, -1]).shape; // [128, 392]: for a layer that is fully connected
 */
export function reshape<A extends FloatArray>(x: Tensor<A>, shape: readonly number[]): Tensor<A> {
  const size = x.data.length;
  const known = sizeOf(shape.filter((length) => length !== -1));
  const found = shape.map((length) => (length === -1 ? size / known : length));
  check(
    shape.filter((length) => length === -1).length <= 1 &&
      found.every((length) => Number.isInteger(length) && length > 0) &&
      sizeOf(found) === size,
    () => {
      return (
        `reshape: expected a shape of ${size} elements for x ${printShape(x.shape)}, ` +
        `found ${printShape(shape)}`
      );
    },
  );
  const { copy } = x.tape.kernels;
  return x.tape.record({
    name: "reshape",
    inputs: [x],
    shape: found,
    forward: (output) => copy(output.byteOffset, x.data.byteOffset, x.data.byteLength),
    backward: [
      (gradient, target) => copy(target.byteOffset, gradient.byteOffset, x.data.byteLength),
    ],
  });
}
