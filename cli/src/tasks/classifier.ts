import { softmaxCrossEntropy, type Tape, type Tensor } from "gradus/autodiff";
import type { RunSettings, Steps } from "gradus/tasks";
import { batches } from "gradus/tasks";
import { requireInteger } from "../../../src/tasks/require-integer.ts";

/** Examples with their classes. */
export interface Labelled {
  /** Classes from 0, one for each example. */
  readonly labels: Uint8Array;
  readonly count: number;
}

/** A network recorded on a tape, for batches of one size. */
export interface ClassifierNetwork<E> {
  /** [batch, classes]: a higher score means more likely. */
  readonly scores: Tensor;
  /** Fills the network's input with the examples of these numbers, one in each row. */
  readonly fill: (source: E, examples: Uint32Array) => void;
}

/** The data and the network to train. */
export interface ClassifierSource<E extends Labelled> {
  readonly tape: Tape;
  /** Records the network on the tape. */
  readonly record: (batch: number) => ClassifierNetwork<E>;
  readonly train: E;
  readonly test: E;
  readonly run: Pick<RunSettings, "seed" | "batch" | "part">;
}

/** Each part of a minibatch drops other units. */
export const seedOfPart = ({ seed, part }: Pick<RunSettings, "seed" | "part">): number =>
  seed + 2 ** 40 * (part?.index ?? 0);

/** The most test examples that are classified at once: products are large, but take only a few MB. */
const MOST_AT_ONCE = 500;

/**
 * Trains a classifier on shuffled minibatches.
 *
 * The loss is the mean cross-entropy of a minibatch in nats, with dropout if the network has any. The metric is the share of
 * the test examples for which their own class has the highest score, without dropout. A step's gradients depend only on the
 * parameters, the seed and the step's number.
 */
export function createClassifier<E extends Labelled>(source: ClassifierSource<E>): Steps {
  const { tape, record, train, run } = source;
  requireInteger("batch", run.batch, 1, train.count);
  const order = batches({ count: train.count, size: run.batch, seed: run.seed });
  const { index, count } = run.part ?? { index: 0, count: 1 };
  const size = run.batch / count;
  requireInteger(`a part of the batch, of ${count},`, size, 1, train.count);
  const labels = new Uint8Array(size);
  const network = record(size);
  const loss = softmaxCrossEntropy(network.scores, labels);
  return {
    gradients(step) {
      requireInteger("step", step, 1, Number.MAX_SAFE_INTEGER);
      order.step = step - 1;
      tape.step = step - 1;
      const examples = order.next().subarray(size * index, size * (index + 1));
      network.fill(train, examples);
      for (let row = 0; row < labels.length; row++) {
        labels[row] = train.labels[examples[row]!]!;
      }
      return tape.backward(loss);
    },
    evaluate: createEvaluation(source),
  };
}

function createEvaluation<E extends Labelled>({
  tape,
  record,
  test,
}: ClassifierSource<E>): () => number {
  const examples = new Uint32Array(Math.min(MOST_AT_ONCE, test.count));
  let network: ClassifierNetwork<E> | undefined;
  return () => {
    network ??= record(examples.length);
    let right = 0;
    for (let start = 0; start < test.count; start += examples.length) {
      const count = Math.min(examples.length, test.count - start);
      for (let row = 0; row < examples.length; row++) {
        // The last batch is filled up with copies, which are not counted.
        examples[row] = start + Math.min(row, count - 1);
      }
      network.fill(test, examples);
      const scores = tape.forward(network.scores);
      const classes = scores.length / examples.length;
      for (let row = 0; row < count; row++) {
        const winner = largest(scores, row * classes, classes);
        right += Number(winner === test.labels[start + row]);
      }
    }
    return right / test.count;
  };
}

/** The index of the largest of `count` values; the first one if several are equal. */
function largest(values: Float32Array, start: number, count: number): number {
  let best = 0;
  for (let index = 1; index < count; index++) {
    if (values[start + index]! > values[start + best]!) {
      best = index;
    }
  }
  return best;
}
