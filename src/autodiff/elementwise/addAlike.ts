/** Sums of tensors of one shape, which is what networks mostly add: a copy and an addition, as fast as memory. */
import type { FloatArray, Tensor } from "../tensor.ts";
import type { Operand } from "./elementwise.ts";

/** Both, if they are tensors of one shape. */
export function areAlike<A extends FloatArray>(
  a: Operand<A>,
  b: Operand<A>,
): [Tensor<A>, Tensor<A>] | undefined {
  const [first, second] = [a, b] as [Tensor<A>, Tensor<A>];
  const [shape, other] = [first?.shape, second?.shape];
  const isSame = shape?.length === other?.length && shape?.every((size, i) => size === other[i]);
  return isSame ? [first, second] : undefined;
}

/** The sum of two tensors of one shape. */
export function addAlike<A extends FloatArray>(a: Tensor<A>, b: Tensor<A>): Tensor<A> {
  const { copy, axpy } = a.tape.kernels;
  const { length, byteLength } = a.data;
  const pass = (gradient: A, target: A) => copy(target.byteOffset, gradient.byteOffset, byteLength);
  return a.tape.record({
    name: "add",
    inputs: [a, b],
    shape: a.shape,
    forward: (output) => {
      copy(output.byteOffset, a.data.byteOffset, byteLength);
      axpy(length, b.data.byteOffset, output.byteOffset, 1);
    },
    backward: [pass, pass],
  });
}
