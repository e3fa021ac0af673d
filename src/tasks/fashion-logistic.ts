import { createTape, linear } from "../autodiff/index.ts";
import { parameters } from "../runtime/parameters.ts";
import { createClassifier } from "./classifier.ts";
import { loadImages } from "./fashion-mnist.ts";
import { recordOnImages } from "./image-input.ts";
import { readSettings } from "./settings.ts";
import type { Task } from "./task.ts";
import { createTraining } from "./training.ts";
import sweep from "./tuned/fashion-logistic.json" with { type: "json" };
import { bestRates } from "./tuned.ts";

/**
 * Multinomial logistic regression on images, the convex problem of Kingma and Ba 2015, section 6.1:
 * minibatches of 128, and a step size that falls with 1 / sqrt(t). AdaGrad, whose own rates fall like
 * that already, decays twice. Weights and biases start at zero, so that a seed changes the order of
 * the examples alone.
 */
export const fashionLogistic: Task = {
  name: "fashion-logistic",
  title: "Logistic regression on Fashion-MNIST",
  summary:
    "Which of ten kinds of clothing an image of 28 x 28 pixels shows, by softmax regression on the pixels; " +
    "the learning rate falls with 1/√t.",
  isOfAdamPaper: true,
  lossName: "cross-entropy",
  metricName: "test accuracy",
  metricFormat: "percent",
  defaults: { steps: 400, batch: 128, settings: {} },
  tuned: bestRates(sweep),
  sweep,
  rateFactor: (step) => 1 / Math.sqrt(step),
  async load(data) {
    const { train, test, rows, columns, classes } = loadImages(data);
    const pixels = rows * columns;
    return (run) => {
      readSettings(run.settings, {}, {});
      const net = parameters({ weight: [pixels, classes], bias: [classes] });
      return createTraining(net, (optimizer) => {
        const tape = createTape(optimizer);
        const { weight, bias } = tape.parameters;
        return createClassifier({
          ...{ tape, train, test, run },
          record: (batch) => recordOnImages(tape, batch, [pixels], (x) => linear(x, weight, bias)),
        });
      });
    };
  },
};
