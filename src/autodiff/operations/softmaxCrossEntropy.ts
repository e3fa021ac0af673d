import { check, printShape } from "../errors.ts";
import { readIndices } from "../indices.ts";
import type { Tensor } from "../tensor.ts";

/** Class numbers, from 0; read at each pass, so that they can be filled anew. */
export type Labels = Uint8Array | Int32Array;

/**
 * The mean over the batch of -log softmax(logits)[label], in float64 until it is stored. Each row is
 * shifted by its maximum first, so no exponential overflows. With p = softmax(logits), the gradient
 * of a row is (p - onehot(label)) / batch.
 *
 * @param logits [batch, classes]
 * @param labels one for each row
 * @returns []
 * @throws AutodiffError in a pass, where a label is no class, or where there are more or fewer
 */
export function softmaxCrossEntropy(logits: Tensor, labels: Labels): Tensor {
  const [batch = 0, classes = 0] = logits.shape;
  check(logits.shape.length === 2, () => {
    return (
      "softmaxCrossEntropy: expected logits [batch, classes], " +
      `found ${printShape(logits.shape)}`
    );
  });
  check(labels.length === batch, () => {
    return (
      `softmaxCrossEntropy: expected ${batch} labels for logits ${printShape(logits.shape)}, ` +
      `found ${labels.length}`
    );
  });
  const { scaleBy } = logits.tape.kernels;
  const difference = logits.tape.buffer(batch * classes);
  /** As the last pass read them. */
  const read = new Int32Array(batch);
  return logits.tape.record({
    name: "softmaxCrossEntropy",
    inputs: [logits],
    shape: [],
    forward: (output) => {
      readIndices("softmaxCrossEntropy", "labels", labels, read, classes);
      let sum = 0;
      for (let row = 0; row < batch; row++) {
        sum += rowLoss(logits.data, difference, row * classes, classes, read[row]!);
      }
      output[0] = sum / batch;
    },
    backward: [
      (gradient, target) =>
        scaleBy(target.length, difference.byteOffset, target.byteOffset, gradient[0]! / batch),
    ],
  });
}

/** Writes one row of p - onehot(label) and returns the row's loss. */
function rowLoss(
  logits: Float32Array,
  difference: Float32Array,
  start: number,
  classes: number,
  label: number,
): number {
  const end = start + classes;
  let largest = -Infinity;
  for (let i = start; i < end; i++) {
    largest = Math.max(largest, logits[i]!);
  }
  let sum = 0;
  for (let i = start; i < end; i++) {
    const exponential = Math.exp(logits[i]! - largest);
    difference[i] = exponential;
    sum += exponential;
  }
  for (let i = start; i < end; i++) {
    difference[i] = difference[i]! / sum;
  }
  const shifted = logits[start + label]! - largest;
  // From the float64 sum: float32's p - 1 would lose what a small loss is about.
  difference[start + label] = Math.exp(shifted) / sum - 1;
  return Math.log(sum) - shifted;
}
