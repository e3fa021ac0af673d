import { check, printShape } from "../errors.ts";
import { readIndices } from "../indices.ts";
import { checkOptions, printValue } from "../options.ts";
import type { FloatArray, Tensor } from "../tensor.ts";

/** Class numbers, from 0; read at each pass, so that they can be filled anew. */
export type Labels = Uint8Array | Int32Array;

/** Options of {@link softmaxCrossEntropy}. */
export interface SoftmaxCrossEntropyOptions {
  /** The part of each label that is shared among all classes (Szegedy et al., 2016, section 7); by default 0. */
  readonly labelSmoothing?: number;
  /** A label of rows that are left out, of the mean as well, such as -100; by default there is none. */
  readonly ignoreIndex?: number;
}

/**
 * The mean over the batch of -log softmax(logits)[label], in float64 until it is stored. Each row is
 * shifted by its maximum first, so no exponential overflows. With p = softmax(logits), the gradient
 * of a row is (p - onehot(label)) / batch.
 *
 * @param logits [batch, classes]
 * @param labels one for each row; or [batch, classes], shares of each class, which have no gradient
 * @returns []
 * @throws AutodiffError in a pass, where a label is no class, or where there are more or fewer
 * @example
 * const tape = createTape(optimizer);
 * const logits = tape.input([2, 3]);
 * logits.data.set([2, 0, 0, 0, 2, 0]);
 * const loss = softmaxCrossEntropy(logits, new Uint8Array([0, 1]));
 * tape.forward(loss); // [0.239545]
 */
export function softmaxCrossEntropy<A extends FloatArray>(
  logits: Tensor<A>,
  labels: Labels | Tensor<A>,
  options: SoftmaxCrossEntropyOptions = {},
): Tensor<A> {
  const [batch = 0, classes = 0] = logits.shape;
  checkArguments(logits, labels, options);
  const { labelSmoothing = 0, ignoreIndex } = options;
  const soft = "tape" in labels ? labels : undefined;
  const difference = logits.tape.buffer(batch * classes);
  /** Of hard labels, as the last pass read them. */
  const read = new Int32Array(batch);
  const isHard = soft === undefined && labelSmoothing === 0;
  const shares = isHard ? undefined : new Float64Array(classes);
  let counted = batch;
  const lossOf = (row: number): number => {
    const [start, label] = [row * classes, read[row]!];
    if (soft === undefined && label === ignoreIndex) {
      difference.fill(0, start, start + classes);
      counted -= 1;
      return 0;
    }
    shares?.forEach((_, i) => {
      const share = soft === undefined ? Number(i === label) : soft.data[start + i]!;
      shares[i] = share * (1 - labelSmoothing) + labelSmoothing / classes;
    });
    return rowLoss(logits.data, difference, start, classes, label, shares);
  };
  return logits.tape.record({
    name: "softmaxCrossEntropy",
    inputs: soft === undefined ? [logits] : [logits, soft],
    shape: [],
    forward: (output: FloatArray) => {
      if (soft === undefined) {
        const given = labels as Labels;
        readIndices("softmaxCrossEntropy", "labels", given, read, classes, ignoreIndex);
      }
      counted = batch;
      let sum = 0;
      for (let row = 0; row < batch; row++) {
        sum += lossOf(row);
      }
      output[0] = sum / counted;
    },
    backward: [
      (gradient, target) => {
        const { scaleBy } = logits.tape.kernels;
        scaleBy(target.length, difference.byteOffset, target.byteOffset, gradient[0]! / counted);
      },
    ],
  });
}

function checkArguments<A extends FloatArray>(
  logits: Tensor<A>,
  labels: Labels | Tensor<A>,
  options: SoftmaxCrossEntropyOptions,
): void {
  const name = "softmaxCrossEntropy";
  checkOptions(name, options, ["labelSmoothing", "ignoreIndex"]);
  const { labelSmoothing = 0 } = options;
  const shape = printShape(logits.shape);
  check(logits.shape.length === 2, () => {
    return `${name}: expected logits [batch, classes], found ${shape}`;
  });
  const [expected, found] =
    "tape" in labels ? [shape, printShape(labels.shape)] : [logits.shape[0], labels.length];
  check(found === expected, () => {
    return `${name}: expected ${expected} labels for logits ${shape}, found ${found}`;
  });
  check(typeof labelSmoothing === "number" && labelSmoothing >= 0 && labelSmoothing <= 1, () => {
    return `${name}: expected labelSmoothing from 0 to 1, found ${printValue(labelSmoothing)}`;
  });
}

/** Writes one row of p - onehot(label), or of p - shares where there are some, and returns the row's loss. */
function rowLoss(
  logits: FloatArray,
  difference: FloatArray,
  start: number,
  classes: number,
  label: number,
  shares: Float64Array | undefined,
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
  if (shares !== undefined) {
    const total = shares.reduce((a, b) => a + b, 0);
    return shares.reduce((loss, share, i) => {
      const shifted = logits[start + i]! - largest;
      difference[start + i] = (Math.exp(shifted) / sum) * total - share;
      return share === 0 ? loss : loss + share * (Math.log(sum) - shifted);
    }, 0);
  }
  for (let i = start; i < end; i++) {
    difference[i] = difference[i]! / sum;
  }
  const shifted = logits[start + label]! - largest;
  // From the float64 sum: float32's p - 1 would lose what a small loss is about.
  difference[start + label] = Math.exp(shifted) / sum - 1;
  return Math.log(sum) - shifted;
}
