/** Logistic regression on examples from a known model. */
import { batches } from "../../src/tasks/batches.ts";
import { createRandom, type Random } from "../../src/tasks/random.ts";
import type { Problem } from "../support/problem.ts";

export interface LogisticOptions {
  readonly features: number;
  readonly examples: number;
  /** The number of examples in a minibatch. */
  readonly batch: number;
  readonly seed: number;
  /** How often feature `i` is not zero. Default: always. */
  readonly frequency?: (feature: number) => number;
}

export interface LogisticProblem extends Problem {
  /** The mean loss over all examples. */
  readonly loss: (w: ArrayLike<number>) => number;
}

interface Example {
  readonly features: readonly number[];
  readonly values: readonly number[];
  /** 1 or -1. */
  readonly label: number;
}

const dot = ({ features, values }: Example, w: ArrayLike<number>) =>
  features.reduce((sum, feature, i) => sum + values[i]! * w[feature]!, 0);

/** log(1 + exp(-z)), even if exp(-z) overflows. */
const loss = (z: number) => (z > 0 ? Math.log1p(Math.exp(-z)) : Math.log1p(Math.exp(z)) - z);

/**
 * Draws labels from the logistic model with normal weights. No weights explain them all, so the loss has its minimum at finite
 * weights.
 */
export function logistic(options: LogisticOptions): LogisticProblem {
  const random = createRandom(options.seed);
  const truth = Array.from({ length: options.features }, () => random.normal());
  const examples = Array.from({ length: options.examples }, () => draw(random, truth, options));
  const order = batches({ count: options.examples, size: options.batch, seed: options.seed });
  return {
    shape: [options.features],
    start: truth.map(() => 0),
    loss: (w) =>
      examples.reduce((sum, each) => sum + loss(each.label * dot(each, w)), 0) / examples.length,
    gradient(w, gradient, step) {
      order.step = step - 1;
      gradient.fill(0);
      let sum = 0;
      for (const number of order.next()) {
        const example = examples[number]!;
        const z = example.label * dot(example, w);
        const slope = -example.label / (1 + Math.exp(z)) / options.batch;
        example.features.forEach((feature, i) => {
          gradient[feature]! += slope * example.values[i]!;
        });
        sum += loss(z);
      }
      return sum / options.batch;
    },
  };
}

function draw(random: Random, truth: readonly number[], options: LogisticOptions): Example {
  const { frequency = () => 1 } = options;
  const features = [...truth.keys()].filter((i) => random.uniform() < frequency(i));
  const values = features.map(() => random.normal());
  const z = features.reduce((sum, feature, i) => sum + truth[feature]! * values[i]!, 0);
  return { features, values, label: random.uniform() < 1 / (1 + Math.exp(-z)) ? 1 : -1 };
}
