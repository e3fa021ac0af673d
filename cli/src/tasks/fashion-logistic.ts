import { parameters } from "gradus";
import { createTape, linear } from "gradus/autodiff";
import type { Task } from "gradus/tasks";
import { createTraining } from "gradus/tasks";
import { readSettings } from "../../../src/tasks/settings.ts";
import { bestRates } from "../../../src/tasks/tuned.ts";
import { createClassifier } from "./classifier.ts";
import { loadImages } from "./fashion-mnist.ts";
import { recordOnImages } from "./image-input.ts";
import sweep from "./tuned/fashion-logistic.json" with { type: "json" };

/**
 * Multinomial logistic regression on images, the convex problem of Kingma and Ba 2015, section 6.1: minibatches of 128, and a
 * learning rate that falls with 1 / sqrt(t). AdaGrad's own rates fall like that already, so that it decays twice. Weights
 * and biases start at zero, so that a seed only changes the order of the examples.
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
  splitsBatches: true,
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
