import { parameters } from "gradus";
import { createTape, SparseInput, sparseLinear, type Tensor } from "gradus/autodiff";
import type { Task } from "gradus/tasks";
import { createTraining, DataError } from "gradus/tasks";
import { readSettings } from "../../../src/tasks/settings.ts";
import { bestRates } from "../../../src/tasks/tuned.ts";
import { type ClassifierNetwork, createClassifier, type Labelled } from "./classifier.ts";
import { hashedNgrams } from "./ngrams.ts";
import sweep from "./tuned/words-sparse.json" with { type: "json" };
import { type LabelledWords, loadWords } from "./words.ts";

/** Words as the network reads them. */
interface LabelledFeatures extends Labelled {
  /** The buckets of each word's n-grams. */
  readonly features: readonly Uint32Array[];
}

const BUCKETS = 2 ** 16;

/**
 * Multinomial logistic regression on sparse features. It replaces the film reviews of Kingma and Ba 2015, section 6.1: a
 * word has about 36 of 65,536 features, so that most weights have no gradient at most steps, and those of rare features
 * almost never. The learning rate is constant: with the paper's 1 / sqrt(t), AdaGrad would decay twice, because its own
 * rates fall like that already.
 */
export const wordsSparse: Task = {
  name: "words-sparse",
  title: "The language of a word",
  summary:
    "Which of five languages a word is from, by softmax regression on its hashed n-grams of one to four characters.",
  isOfAdamPaper: true,
  lossName: "cross-entropy",
  metricName: "test accuracy",
  metricFormat: "percent",
  defaults: { steps: 400, batch: 128, settings: {} },
  tuned: bestRates(sweep),
  sweep,
  async load(data) {
    const words = loadWords(data);
    const train = withFeatures(words.train);
    const test = withFeatures(words.test);
    if (train.count === 0 || test.count === 0) {
      const problem = `it has ${train.count} words for training and ${test.count} for testing`;
      throw new DataError(data ?? "the vendored words", problem, "Put more words in its lists.");
    }
    return (run) => {
      readSettings(run.settings, {}, {});
      const net = parameters({
        weight: [BUCKETS, words.languages.length],
        bias: [words.languages.length],
      });
      return createTraining(net, (optimizer) => {
        const tape = createTape(optimizer);
        const { weight, bias } = tape.parameters;
        return createClassifier({
          ...{ tape, train, test, run },
          record: (batch) => recordOnWords(batch, weight, bias),
        });
      });
    };
  },
};

function withFeatures({ words, labels, count }: LabelledWords): LabelledFeatures {
  return { features: words.map((word) => hashedNgrams(word, { buckets: BUCKETS })), labels, count };
}

function recordOnWords(
  batch: number,
  weight: Tensor,
  bias: Tensor,
): ClassifierNetwork<LabelledFeatures> {
  const input = new SparseInput({ rows: batch, features: BUCKETS });
  const rows = new Array<Uint32Array>(batch);
  return {
    scores: sparseLinear(input, weight, bias),
    fill({ features }, examples) {
      for (let row = 0; row < batch; row++) {
        rows[row] = features[examples[row]!]!;
      }
      input.set(rows);
    },
  };
}
