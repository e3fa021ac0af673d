import { softmaxCrossEntropy, type Tape, type Tensor } from "gradus/autodiff";
import type { RunSettings, Steps } from "gradus/tasks";
import { batches } from "gradus/tasks";
import { requireInteger } from "../../../src/tasks/require-integer.ts";

/** Examples with the class of each. */
export interface Labelled {
  /** Classes from 0, one for each example. */
  readonly labels: Uint8Array;
  readonly count: number;
}

/** A network recorded on a tape, for batches of one size. */
export interface ClassifierNetwork<E> {
  /** [batch, classes]: the larger, the likelier. */
  readonly scores: Tensor;
  /** Fills the network's input with these of the examples, by number, one a row. */
  readonly fill: (source: E, examples: Uint32Array) => void;
}

/** What is trained, and on what. */
export interface ClassifierSource<E extends Labelled> {
  readonly tape: Tape;
  /** Records the network on the tape. */
  readonly record: (batch: number) => ClassifierNetwork<E>;
  readonly train: E;
  readonly test: E;
  readonly run: Pick<RunSettings, "seed" | "batch" | "part">;
}

/** Parts of a minibatch drop units of their own. */
export const seedOfPart = ({ seed, part }: Pick<RunSettings, "seed" | "part">): number =>
  seed + 2 ** 40 * (part?.index ?? 0);

/** Test examples are classified by so many: large products, and yet a few MB. */
const MOST_AT_ONCE = 500;

/**
 * Trains a classifier on shuffled minibatches.
 *
 * The loss is the mean cross-entropy of a minibatch in nats, with dropout if the network has any.
 * The metric is the share of the test examples that get the highest score for their class, without
 * dropout. A step's gradients depend on the parameters, the seed and the step's number alone.
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
        // What the last batch lacks is filled up, and not counted.
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

/** The position of the largest of `count` values; of several, the first. */
function largest(values: Float32Array, start: number, count: number): number {
  let best = 0;
  for (let index = 1; index < count; index++) {
    if (values[start + index]! > values[start + best]!) {
      best = index;
    }
  }
  return best;
}
