/** Logistic regression of several classes, whose weights are a matrix, on minibatches. */
import { batches } from "../../src/tasks/batches.ts";
import { createRandom } from "../../src/tasks/random.ts";
import type { Problem } from "../support/problem.ts";

export interface SoftmaxOptions {
  readonly features: number;
  readonly classes: number;
  readonly examples: number;
  /** Examples in a minibatch. */
  readonly batch: number;
  readonly seed: number;
}

interface Example {
  readonly x: readonly number[];
  readonly label: number;
}

type Numbers = ArrayLike<number>;

/** Labels are drawn from the model itself with normal weights, so that no weights explain them all. */
function draw({ features, classes, examples, seed }: SoftmaxOptions): readonly Example[] {
  const random = createRandom(seed);
  const truth = Array.from({ length: features * classes }, () => random.normal());
  return Array.from({ length: examples }, () => {
    const x = Array.from({ length: features }, () => random.normal());
    let rest = random.uniform();
    const label = probabilities(x, truth, classes).findIndex((share) => (rest -= share) < 0);
    return { x, label: label < 0 ? classes - 1 : label };
  });
}

function probabilities(x: readonly number[], w: Numbers, classes: number): number[] {
  const scores = Array.from({ length: classes }, (_, k) =>
    x.reduce((sum, value, i) => sum + value * w[i * classes + k]!, 0),
  );
  const most = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/** Adds up the gradient of the mean loss of some examples, and returns that loss. */
function lossOf(chosen: readonly Example[], w: Numbers, classes: number, into?: number[]): number {
  let loss = 0;
  for (const { x, label } of chosen) {
    const shares = probabilities(x, w, classes);
    loss -= Math.log(shares[label]!);
    if (into === undefined) continue;
    for (let i = 0; i < x.length; i++) {
      for (let k = 0; k < classes; k++) {
        into[i * classes + k]! += (x[i]! * (shares[k]! - Number(k === label))) / chosen.length;
      }
    }
  }
  return loss / chosen.length;
}

export function softmaxRegression(options: SoftmaxOptions): {
  readonly problem: Problem;
  readonly excess: (w: Numbers) => number;
} {
  const { features, classes, batch, seed } = options;
  const examples = draw(options);
  const size = features * classes;
  const least = minimum(examples, size, classes);
  const order = batches({ count: examples.length, size: batch, seed });
  return {
    excess: (w) => lossOf(examples, w, classes) - least,
    problem: {
      shape: [features, classes],
      start: new Array<number>(size).fill(0),
      gradient(w, gradient, step) {
        order.step = step - 1;
        const chosen = Array.from(order.next(), (example) => examples[example]!);
        const sum = new Array<number>(size).fill(0);
        const loss = lossOf(chosen, w, classes, sum);
        gradient.set(sum);
        return loss;
      },
    },
  };
}

/** The least mean loss over all examples, by gradient descent with Nesterov's momentum. */
function minimum(examples: readonly Example[], size: number, classes: number): number {
  let w = new Array<number>(size).fill(0);
  let ahead = w;
  for (let step = 0; step < 200; step++) {
    const gradient = new Array<number>(size).fill(0);
    lossOf(examples, ahead, classes, gradient);
    const next = ahead.map((value, i) => value - gradient[i]!);
    ahead = next.map((value, i) => value + 0.9 * (value - w[i]!));
    w = next;
  }
  return lossOf(examples, w, classes);
}
