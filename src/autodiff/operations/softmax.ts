import { check } from "../errors.ts";
import { asRows, type FloatArray, type Tensor } from "../tensor.ts";

/**
 * e^x divided by its sum over the last dimension, in float64 until it is stored; each row is shifted by its maximum first, so
 * no exponential overflows. With y = softmax(x) and g = dL/dy, dL/dx = y (g - sum(g y)).
 *
 * @param x [..., n]; -Infinity has a share of 0, as a mask of attention takes it
 * @example
 * const tape = createTape(optimizer);
 * const x = tape.input([1, 2]);
 * x.data.set([1, 1]);
 * tape.forward(softmax(x)); // [0.5, 0.5]
 */
export function softmax<A extends FloatArray>(x: Tensor<A>): Tensor<A> {
  check(x.shape.length > 0, () => "softmax: expected x [..., n], found []");
  const { rows, columns } = asRows(x.shape);
  const y: Tensor<A> = x.tape.record({
    name: "softmax",
    inputs: [x],
    shape: x.shape,
    forward: (output) => {
      for (let row = 0; row < rows; row++) {
        shareOut(x.data, output, row * columns, (row + 1) * columns);
      }
    },
    backward: [
      (gradient, target) => {
        for (let row = 0; row < rows; row++) {
          differentiate(y.data, gradient, target, row * columns, (row + 1) * columns);
        }
      },
    ],
  });
  return y;
}

/** Writes the shares of one row, which stands from `start` to before `end`. */
function shareOut(x: FloatArray, shares: FloatArray, start: number, end: number): void {
  let largest = -Infinity;
  for (let i = start; i < end; i++) {
    largest = Math.max(largest, x[i]!);
  }
  let sum = 0;
  for (let i = start; i < end; i++) {
    sum += Math.exp(x[i]! - largest);
  }
  for (let i = start; i < end; i++) {
    shares[i] = Math.exp(x[i]! - largest) / sum;
  }
}

function differentiate(
  shares: FloatArray,
  gradient: FloatArray,
  target: FloatArray,
  start: number,
  end: number,
): void {
  let along = 0;
  for (let i = start; i < end; i++) {
    along += gradient[i]! * shares[i]!;
  }
  for (let i = start; i < end; i++) {
    target[i] = shares[i]! * (gradient[i]! - along);
  }
}
