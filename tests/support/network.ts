/** A small network on a tape, for tests of tapes. */
import {
  dropout,
  gelu,
  linear,
  softmaxCrossEntropy,
  type Tensor,
} from "../../src/autodiff/index.ts";
import { trainable, uniform } from "./gradients.ts";

const shapes = { w1: [5, 6], b1: [6], w2: [6, 3], b2: [3], unused: [4] } as const;

/** One parameter does not affect the loss. */
export function makeNetwork() {
  const { net, optimizer, tape } = trainable(shapes);
  const { w1, b1, w2, b2 } = tape.parameters;
  const network = (x: Tensor) => linear(dropout(gelu(linear(x, w1, b1)), 0.5), w2, b2);
  const x = tape.input([4, 5]);
  x.data.set(uniform(20, 5));
  const labels = new Uint8Array([0, 1, 2, 1]);
  const output = network(x);
  const loss = softmaxCrossEntropy(output, labels);
  const { gradients } = optimizer;
  return { net, optimizer, gradients, tape, network, x, labels, output, loss };
}

/** Copies named arrays, to compare later ones with them. */
export const copyOf = (arrays: Readonly<Record<string, Float32Array>>) =>
  Object.fromEntries(Object.entries(arrays).map(([name, data]) => [name, [...data]]));
