import { type Parameter, parameters } from "gradus";
import {
  conv2d,
  createTape,
  dropout,
  linear,
  maxPool2d,
  relu,
  reshape,
  type Tape,
  type Tensor,
} from "gradus/autodiff";
import type { Task } from "gradus/tasks";
import { createRandom, createTraining } from "gradus/tasks";
import { dropoutProbability, layerSizes, readSettings } from "../../../src/tasks/settings.ts";
import { bestRates } from "../../../src/tasks/tuned.ts";
import { createClassifier, seedOfPart } from "./classifier.ts";
import { loadImages } from "./fashion-mnist.ts";
import { heUniform } from "./he-uniform.ts";
import { recordOnImages } from "./image-input.ts";
import sweep from "./tuned/fashion-cnn.json" with { type: "json" };

/** By name: the filters and biases of each stage, then the weights and biases of the layers. */
type Layers = Readonly<Record<string, Parameter<Float32Array>>>;

/** Settings of `fashion-cnn`. */
interface Settings {
  /** The number of filters of each stage. A stage is a convolution, ReLU and pooling. */
  readonly filters: readonly number[];
  /** Units of each hidden layer after the stages. */
  readonly hidden: readonly number[];
  /** Probability that a pixel of the input, or a hidden unit, is dropped. */
  readonly dropout: number;
}

/**
 * A sixteenth of the paper's filters, and one stage less, because 28 x 28 pixels have room for two: their outputs are
 * 13 x 13 and 6 x 6.
 */
const defaults: Settings = { filters: [8, 16], hidden: [128], dropout: 0 };

/** The paper's filters cover 5 x 5 pixels. Images are padded, so that they keep their size. */
const FILTER = 5;
/** The paper's pooling windows of 3 x 3, with stride 2. */
const WINDOW = 3;
const STRIDE = 2;

/** A stream of random numbers for the initial weights. Batches and dropout count theirs from 0. */
const INITIAL_STREAM = 2 ** 52;

/**
 * The convolutional network of Kingma and Ba 2015, section 6.3: stages of 5 x 5 filters and 3 x 3 max pooling with
 * stride 2, then a fully connected layer, ReLU everywhere, minibatches of 128. Dropout on the input and on the hidden units
 * is optional (its figure 3 shows both). The paper has three stages on the 32 x 32 colour pixels of CIFAR-10
 * (`filters: [64, 64, 128], hidden: [1000]`).
 */
export const fashionCnn: Task = {
  name: "fashion-cnn",
  title: "Convolutional network on Fashion-MNIST",
  summary:
    "Which of ten kinds of clothing an image of 28 x 28 pixels shows, by convolutions with max pooling " +
    "and a fully connected layer.",
  isOfAdamPaper: true,
  lossName: "cross-entropy",
  metricName: "test accuracy",
  metricFormat: "percent",
  splitsBatches: true,
  defaults: { steps: 300, batch: 128, settings: { ...defaults } },
  tuned: bestRates(sweep),
  sweep,
  async load(data) {
    const { train, test, rows, columns, classes } = loadImages(data);
    return (run) => {
      const settings = readSettings(run.settings, defaults, {
        filters: layerSizes,
        hidden: layerSizes,
        dropout: dropoutProbability,
      });
      const layers = initialLayers([rows, columns], settings, classes, run.seed);
      return createTraining(layers, (optimizer) => {
        const tape = createTape(optimizer, { seed: seedOfPart(run) });
        const network = (images: Tensor) => recordLayers(tape, images, settings);
        return createClassifier({
          ...{ tape, train, test, run },
          record: (batch) => recordOnImages(tape, batch, [rows, columns, 1], network),
        });
      });
    };
  },
};

/** The pixels that remain of a row or a column after a stage. */
const pooled = (pixels: number): number => Math.floor((pixels - WINDOW) / STRIDE) + 1;

/** Biases of zero, and weights by He's initialization. */
function initialLayers(
  image: readonly number[],
  { filters, hidden }: Settings,
  classes: number,
  seed: number,
): Layers {
  const shapes: [name: string, shape: readonly number[]][] = [];
  let channels = 1;
  for (const [index, count] of filters.entries()) {
    shapes.push([`filters${index + 1}`, [count, FILTER, FILTER, channels]]);
    shapes.push([`filterBias${index + 1}`, [count]]);
    channels = count;
  }
  const left = image.map((pixels) => filters.reduce(pooled, pixels));
  let inputs = left[0]! * left[1]! * channels;
  for (const [index, size] of [...hidden, classes].entries()) {
    shapes.push([`weight${index + 1}`, [inputs, size]], [`bias${index + 1}`, [size]]);
    inputs = size;
  }
  const layers = parameters(Object.fromEntries(shapes));
  const random = createRandom(seed, INITIAL_STREAM);
  for (const [name, shape] of shapes) {
    if (name.startsWith("filters")) {
      heUniform(layers[name]!.data, shape[1]! * shape[2]! * shape[3]!, random);
    } else if (name.startsWith("weight")) {
      heUniform(layers[name]!.data, shape[0]!, random);
    }
  }
  return layers;
}

function recordLayers(tape: Tape<Layers>, images: Tensor, settings: Settings): Tensor {
  const drop = (x: Tensor) => (settings.dropout > 0 ? dropout(x, settings.dropout) : x);
  const parameter = (name: string) => tape.parameters[name]!;
  let x = drop(images);
  for (let stage = 1; stage <= settings.filters.length; stage++) {
    const padding = (FILTER - 1) / 2;
    x = conv2d(x, parameter(`filters${stage}`), parameter(`filterBias${stage}`), { padding });
    x = maxPool2d(relu(x), WINDOW, { stride: STRIDE });
  }
  x = reshape(x, [x.shape[0]!, -1]);
  for (let layer = 1; layer <= settings.hidden.length; layer++) {
    x = drop(relu(linear(x, parameter(`weight${layer}`), parameter(`bias${layer}`))));
  }
  const last = settings.hidden.length + 1;
  return linear(x, parameter(`weight${last}`), parameter(`bias${last}`));
}
