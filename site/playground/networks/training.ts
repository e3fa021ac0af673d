/** Trains a small network, with one optimizer. */
import { parameters, type Rule } from "gradus";
import {
  createTape,
  linear,
  softmaxCrossEntropy,
  type Tape,
  type Tensor,
  tanh,
} from "gradus/autodiff";
import { glorot } from "gradus/init";
import { batches } from "gradus/tasks";
import { type Net, onProcessor, type Stepping, type Steps } from "../stepping/stepping.ts";
import type { Examples, NetworkProblem } from "./problem.ts";

/** Examples that are classified at once. */
const atOnce = 500;

type Layers = Net<Float32Array>;

/** Weights and biases of each layer. */
export function shapesOf({
  features,
  classes,
  hidden,
}: NetworkProblem): Readonly<Record<string, readonly number[]>> {
  const sizes = [features, ...hidden, classes];
  const layers = hidden.concat(classes).flatMap((size, i) => [
    [`weight${i}`, [sizes[i]!, size]],
    [`bias${i}`, [size]],
  ]);
  return Object.fromEntries(layers);
}

/** Weights by Glorot and biases of zero, the same for the same seed. */
function layersOf(problem: NetworkProblem, seed: number): Layers {
  const begun = Object.entries(shapesOf(problem)).map(([name, shape]) => [
    name,
    shape.length === 2 ? glorot(shape) : shape,
  ]);
  return parameters(Object.fromEntries(begun), { seed });
}

/** A network that is being trained. */
export class Training {
  readonly #problem: NetworkProblem;
  readonly #steps: Steps<Float32Array>;
  readonly #tape: Tape<Layers>;
  readonly #order: ReturnType<typeof batches>;
  readonly #x: Tensor;
  readonly #labels: Uint8Array;
  readonly #loss: Tensor;
  readonly #scorers = new Map<number, { readonly x: Tensor; readonly scores: Tensor }>();
  #value: number | undefined;
  /** Steps that were made. */
  step = 0;

  constructor(problem: NetworkProblem, rule: Rule, seed: number, stepping: Stepping = onProcessor) {
    this.#problem = problem;
    this.#steps = stepping.bind(layersOf(problem, seed), rule, seed);
    this.#tape = createTape(this.#steps.trainable);
    const { batch, features, train } = problem;
    this.#order = batches({ count: train.count, size: batch, seed });
    this.#x = this.#tape.input([batch, features]);
    this.#labels = new Uint8Array(batch);
    this.#loss = softmaxCrossEntropy(this.#scores(this.#x), this.#labels);
  }

  #scores(inputs: Tensor): Tensor {
    const last = this.#problem.hidden.length;
    let x = inputs;
    for (let i = 0; i <= last; i++) {
      x = linear(x, this.#tape.parameters[`weight${i}`]!, this.#tape.parameters[`bias${i}`]!);
      if (i < last) x = tanh(x);
    }
    return x;
  }

  get entered(): Promise<void> | undefined {
    return this.#steps.entered;
  }

  /**
   * One step, on the batch whose loss {@link loss} is, and the next batch.
   * @returns a promise where the step is made elsewhere: nothing else may be called until it is settled
   */
  next(): void | Promise<void> {
    const made = this.#steps.step(this.loss());
    this.step++;
    this.#value = undefined;
    return made;
  }

  /** The loss of the batch that the next step is made on, in nats. */
  loss(): number {
    if (this.#value === undefined) {
      this.#fill();
      this.#value = this.#tape.valueAndGradients(this.#loss);
    }
    return this.#value;
  }

  #fill(): void {
    const { train, features } = this.#problem;
    for (const [row, example] of this.#order.next().entries()) {
      const from = example * features;
      this.#x.data.set(train.inputs.subarray(from, from + features), row * features);
      this.#labels[row] = train.labels[example]!;
    }
  }

  /** The share of the test examples that get the highest score for their class. */
  accuracy(): number {
    const { test, classes } = this.#problem;
    const scores = this.scoresOf(test);
    let right = 0;
    for (let row = 0; row < test.count; row++) {
      const mine = scores.subarray(row * classes, (row + 1) * classes);
      right += Number(mine.indexOf(Math.max(...mine)) === test.labels[row]);
    }
    return right / test.count;
  }

  /** Scores of any inputs, a row of classes for each, with the weights that the optimizer has for evaluation. */
  scoresOf(examples: Pick<Examples, "inputs" | "count">): Float32Array {
    return this.#steps.evaluate(() => this.#forward(examples));
  }

  #forward({ inputs, count }: Pick<Examples, "inputs" | "count">): Float32Array {
    const { features, classes } = this.#problem;
    const size = Math.min(atOnce, count);
    const { x, scores } = this.#scorerOf(size);
    const all = new Float32Array(count * classes);
    for (let start = 0; start < count; start += size) {
      // The last rows are computed with those before them where there are too few.
      const from = Math.min(start, count - size);
      x.data.set(inputs.subarray(from * features, (from + size) * features));
      all.set(this.#tape.forward(scores), from * classes);
    }
    return all;
  }

  #scorerOf(size: number): { readonly x: Tensor; readonly scores: Tensor } {
    const known = this.#scorers.get(size);
    if (known !== undefined) return known;
    const x = this.#tape.input([size, this.#problem.features]);
    const made = { x, scores: this.#scores(x) };
    this.#scorers.set(size, made);
    return made;
  }

  dispose(): void {
    this.#tape.dispose();
    this.#steps.dispose();
  }
}

/**
 * How likely the second of two classes is over a square around 0, from the upper left on, row by row: 0 to 255.
 *
 * @param cells of a side
 * @param reach from the middle to each side
 */
export function decisionSurface(training: Training, cells: number, reach: number): Uint8Array {
  const inputs = new Float32Array(2 * cells * cells);
  const at = (cell: number) => (2 * (cell + 0.5)) / cells - 1;
  for (let i = 0; i < cells * cells; i++) {
    inputs[2 * i] = reach * at(i % cells);
    inputs[2 * i + 1] = -reach * at(Math.floor(i / cells));
  }
  const scores = training.scoresOf({ inputs, count: cells * cells });
  return Uint8Array.from({ length: cells * cells }, (_, i) =>
    Math.round(255 / (1 + Math.exp(scores[2 * i]! - scores[2 * i + 1]!))),
  );
}
