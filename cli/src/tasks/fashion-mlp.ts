import { type Parameter, parameters } from "gradus";
import { createTape, dropout, linear, relu, type Tape, type Tensor } from "gradus/autodiff";
import type { Task } from "gradus/tasks";
import { createRandom, createTraining } from "gradus/tasks";
import { dropoutProbability, layerSizes, readSettings } from "../../../src/tasks/settings.ts";
import { bestRates } from "../../../src/tasks/tuned.ts";
import { createClassifier, seedOfPart } from "./classifier.ts";
import { loadImages } from "./fashion-mnist.ts";
import { heUniform } from "./he-uniform.ts";
import { recordOnImages } from "./image-input.ts";
import sweep from "./tuned/fashion-mlp.json" with { type: "json" };

/** By name: the weights and biases of layers 1, 2 and so on. */
type Layers = Readonly<Record<string, Parameter<Float32Array>>>;

/** Settings of `fashion-mlp`. */
interface Settings {
  /** Units of each hidden layer. */
  readonly hidden: readonly number[];
  /** Probability that a hidden unit is dropped. */
  readonly dropout: number;
}

/**
 * Small enough to compare eight optimizers in under a minute. There is no dropout, because 400 steps are only four passes over
 * the images: 128 units do not overfit, and dropping half of them costs two points of test accuracy.
 */
const defaults: Settings = { hidden: [128, 128], dropout: 0 };

/** A stream of random numbers for the initial weights. Batches and dropout count theirs from 0. */
const INITIAL_STREAM = 2 ** 52;

/**
 * The multilayer network of Kingma and Ba 2015, section 6.2: fully connected layers with ReLU, and minibatches of 128.
 * Dropout on the hidden units is optional (its figure 2 shows both). The paper has two layers of 1000 units:
 * `hidden: [1000, 1000], dropout: 0.5`.
 */
export const fashionMlp: Task = {
  name: "fashion-mlp",
  title: "Multilayer network on Fashion-MNIST",
  summary:
    "Which of ten kinds of clothing an image of 28 x 28 pixels shows, by fully connected layers with ReLU.",
  isOfAdamPaper: true,
  lossName: "cross-entropy",
  metricName: "test accuracy",
  metricFormat: "percent",
  splitsBatches: true,
  defaults: { steps: 400, batch: 128, settings: { ...defaults } },
  tuned: bestRates(sweep),
  sweep,
  async load(data) {
    const { train, test, rows, columns, classes } = loadImages(data);
    const pixels = rows * columns;
    return (run) => {
      const settings = readSettings(run.settings, defaults, {
        hidden: layerSizes,
        dropout: dropoutProbability,
      });
      const layers = initialLayers([pixels, ...settings.hidden, classes], run.seed);
      return createTraining(layers, (optimizer) => {
        const tape = createTape(optimizer, { seed: seedOfPart(run) });
        const network = (images: Tensor) => recordLayers(tape, images, settings);
        return createClassifier({
          ...{ tape, train, test, run },
          record: (batch) => recordOnImages(tape, batch, [pixels], network),
        });
      });
    };
  },
};

/** Biases of zero, and weights by He's initialization. */
function initialLayers(sizes: readonly number[], seed: number): Layers {
  const shapes = sizes.slice(1).flatMap((size, index): [string, readonly number[]][] => [
    [`weight${index + 1}`, [sizes[index]!, size]],
    [`bias${index + 1}`, [size]],
  ]);
  const layers = parameters(Object.fromEntries(shapes));
  const random = createRandom(seed, INITIAL_STREAM);
  for (let layer = 1; layer < sizes.length; layer++) {
    const { data, shape } = layers[`weight${layer}`]!;
    heUniform(data, shape[0]!, random);
  }
  return layers;
}

function recordLayers(tape: Tape<Layers>, images: Tensor, settings: Settings): Tensor {
  const hidden = settings.hidden.length;
  const layer = (x: Tensor, number: number) =>
    linear(x, tape.parameters[`weight${number}`]!, tape.parameters[`bias${number}`]!);
  let x = images;
  for (let number = 1; number <= hidden; number++) {
    x = relu(layer(x, number));
    if (settings.dropout > 0) {
      x = dropout(x, settings.dropout);
    }
  }
  return layer(x, hidden + 1);
}
