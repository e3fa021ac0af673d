/** Softmax regression on minibatches, with a matrix of weights. */
import { batches } from "../../src/tasks/batches.ts";
import { createRandom } from "../../src/tasks/random.ts";
import type { Problem } from "../support/problem.ts";

export interface SoftmaxOptions {
  readonly features: number;
  readonly classes: number;
  readonly examples: number;
  /** The number of examples in a minibatch. */
  readonly batch: number;
  readonly seed: number;
}

interface Example {
  readonly x: readonly number[];
  readonly label: number;
}

type Numbers = ArrayLike<number>;

/** Draws labels from the model itself with normal weights, so that no weights explain them all. */
function draw({ features, classes, examples, seed }: SoftmaxOptions): readonly Example[] {
  const random = createRandom(seed);
  const truth = Array.from({ length: features * classes }, () => random.normal());
  const shares = new Float64Array(classes);
  return Array.from({ length: examples }, () => {
    const x = Array.from({ length: features }, () => random.normal());
    writeShares(x, truth, shares);
    let rest = random.uniform();
    let label = 0;
    while (label < classes - 1 && (rest -= shares[label]!) >= 0) label++;
    return { x, label };
  });
}

/** Computes the probability of each class. */
function writeShares(x: readonly number[], w: Numbers, shares: Float64Array): void {
  const classes = shares.length;
  let sum = 0;
  for (let k = 0; k < classes; k++) {
    let score = 0;
    for (let i = 0; i < x.length; i++) score += x[i]! * w[i * classes + k]!;
    shares[k] = score;
  }
  const most = Math.max(...shares);
  for (let k = 0; k < classes; k++) sum += shares[k] = Math.exp(shares[k]! - most);
  for (let k = 0; k < classes; k++) shares[k]! /= sum;
}

/** The mean loss of some examples; writes its gradient into `into`. */
function lossOf(
  chosen: readonly Example[],
  w: Numbers,
  classes: number,
  into?: Float32Array | Float64Array,
): number {
  const shares = new Float64Array(classes);
  let loss = 0;
  into?.fill(0);
  for (const { x, label } of chosen) {
    writeShares(x, w, shares);
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
        return lossOf(chosen, w, classes, gradient);
      },
    },
  };
}

/** The minimal mean loss over all examples, by gradient descent with Nesterov momentum. */
function minimum(examples: readonly Example[], size: number, classes: number): number {
  const gradient = new Float64Array(size);
  let w = new Float64Array(size);
  let ahead = w;
  for (let step = 0; step < 200; step++) {
    lossOf(examples, ahead, classes, gradient);
    const next = ahead.map((value, i) => value - gradient[i]!);
    ahead = next.map((value, i) => value + 0.9 * (value - w[i]!));
    w = next;
  }
  return lossOf(examples, w, classes);
}
