import { optimize } from "gradus";
import { sgd } from "gradus/optimizers";
import type { RunSettings, Training } from "gradus/tasks";
import { batches } from "gradus/tasks";
import { beforeAll, describe, expect, it } from "vitest";
import { fashionCnn } from "./fashion-cnn.ts";
import { loadImages } from "./fashion-mnist.ts";

let create: (run: RunSettings) => Training;
beforeAll(async () => {
  create = await fashionCnn.load();
});

/** A run with few filters, bound to an optimizer. */
function attached(settings: Readonly<Record<string, unknown>>) {
  const training = create({ seed: 3, batch: 16, settings });
  const optimizer = optimize(training.parameters, sgd(), { threads: 1 });
  training.attach(optimizer);
  return { ...training, optimizer };
}

type Values = readonly number[];

/** The outputs of 5 x 5 filters at each pixel of an image [size, size, channels], zeros around it. */
function convolve(image: Values, size: number, filters: Values, bias: Values): Values {
  const channels = image.length / size / size;
  const count = bias.length;
  return Array.from({ length: size * size * count }, (_, at) => {
    const [pixel, filter] = [Math.floor(at / count), at % count];
    let sum = bias[filter]!;
    for (let weight = 0; weight < 25 * channels; weight++) {
      const place = Math.floor(weight / channels);
      const y = Math.floor(pixel / size) + Math.floor(place / 5) - 2;
      const x = (pixel % size) + (place % 5) - 2;
      if (y >= 0 && y < size && x >= 0 && x < size) {
        const value = image[(y * size + x) * channels + (weight % channels)]!;
        sum += value * filters[filter * 25 * channels + weight]!;
      }
    }
    return sum;
  });
}

/** The maxima of ReLU over windows of 3 x 3, with stride 2. */
function pool(image: Values, size: number, channels: number): Values {
  const left = Math.floor((size - 3) / 2) + 1;
  return Array.from({ length: left * left * channels }, (_, at) => {
    const pixel = Math.floor(at / channels);
    const [top, start] = [2 * Math.floor(pixel / left), 2 * (pixel % left)];
    const window = Array.from({ length: 9 }, (_, i) => {
      const place = (top + Math.floor(i / 3)) * size + start + (i % 3);
      return image[place * channels + (at % channels)]!;
    });
    return Math.max(0, ...window);
  });
}

interface Example {
  readonly image: Values;
  readonly label: number;
}

const transcribed = { filters: [3, 2], hidden: [9] };

/** The mean cross-entropy of the `transcribed` network, by its formulas. */
function lossOf(examples: readonly Example[], at: Readonly<Record<string, Values>>): number {
  const dense = (x: Values, layer: number): Values => {
    const bias = at[`bias${layer}`]!;
    const weight = at[`weight${layer}`]!;
    return bias.map((start, output) =>
      x.reduce((sum, value, input) => sum + value * weight[input * bias.length + output]!, start),
    );
  };
  const losses = examples.map(({ image, label }) => {
    const first = pool(convolve(image, 28, at["filters1"]!, at["filterBias1"]!), 28, 3);
    const second = pool(convolve(first, 13, at["filters2"]!, at["filterBias2"]!), 13, 2);
    const scores = dense(
      dense(second, 1).map((value) => Math.max(value, 0)),
      2,
    );
    const sum = scores.reduce((total, score) => total + Math.exp(score), 0);
    return Math.log(sum) - scores[label]!;
  });
  return losses.reduce((a, b) => a + b, 0) / losses.length;
}

describe("fashion-cnn", () => {
  it("has filters and biases for each stage, and layers that fit their outputs", () => {
    const shapes = (settings: Readonly<Record<string, unknown>>) =>
      Object.fromEntries(
        Object.entries(attached(settings).optimizer.parameters).map(([name, { shape }]) => [
          name,
          shape,
        ]),
      );
    expect(shapes({ filters: [2, 3], hidden: [7] })).toEqual({
      filters1: [2, 5, 5, 1],
      filterBias1: [2],
      filters2: [3, 5, 5, 2],
      filterBias2: [3],
      weight1: [6 * 6 * 3, 7],
      bias1: [7],
      weight2: [7, 10],
      bias2: [10],
    });
    expect(shapes({ filters: [2], hidden: [] })).toEqual({
      filters1: [2, 5, 5, 1],
      filterBias1: [2],
      weight1: [13 * 13 * 2, 10],
      bias1: [10],
    });
  });

  it("starts from biases of zero and weights of variance 2 / (inputs of an output)", () => {
    const { parameters } = attached({ filters: [40, 30], hidden: [100] }).optimizer;
    const inputs = { filters1: 25, filters2: 25 * 40, weight1: 36 * 30, weight2: 100 };
    for (const [name, count] of Object.entries(inputs)) {
      const weight = Array.from(parameters[name]!.data);
      const squares = weight.reduce((sum, value) => sum + value * value, 0) / weight.length;
      // The square of a uniform draw has a variance of 4/5 of its squared mean; five deviations.
      const deviation = Math.sqrt(0.8 / weight.length);
      expect(Math.abs(squares / (2 / count) - 1)).toBeLessThan(5 * deviation);
    }
    for (const name of ["filterBias1", "filterBias2", "bias1", "bias2"]) {
      expect(parameters[name]!.data.every((value) => value === 0)).toBe(true);
    }
  });

  it("computes what a plain transcription in float64 computes, and its gradients", () => {
    const { optimizer, gradients } = attached(transcribed);
    const { images, labels } = loadImages().train;
    const examples = [...batches({ count: labels.length, size: 16, seed: 3 }).next()].map(
      (example): Example => ({
        image: Array.from(images.subarray(example * 784, (example + 1) * 784), (x) => x / 255),
        label: labels[example]!,
      }),
    );
    for (const name of ["filterBias1", "filterBias2", "bias1", "bias2"]) {
      const { data } = optimizer.parameters[name]!;
      data.set(data.map((_, i) => Math.sin(i + name.length) / 10));
    }
    const at = Object.fromEntries(
      Object.entries(optimizer.parameters).map(([name, { data }]) => [name, [...data]]),
    );
    // Sums of up to 75 terms in float32.
    expect(Math.abs(gradients(1) / lossOf(examples, at) - 1)).toBeLessThan(1e-6);
    for (const [name, gradient] of Object.entries(optimizer.gradients)) {
      // Along the gradient itself the slope is its norm.
      const length = Math.hypot(...gradient);
      const lossAt = (distance: number) =>
        lossOf(examples, {
          ...at,
          [name]: at[name]!.map((value, i) => value + (distance * gradient[i]!) / length),
        });
      // So short that no pixel becomes larger than another, nor crosses zero. In float64 the rounding error is 1e-9.
      const slope = (lossAt(1e-7) - lossAt(-1e-7)) / 2e-7;
      expect(Math.abs(slope / length - 1), name).toBeLessThan(1e-5);
    }
  });

  it("drops pixels and hidden units in training, and none in evaluation", () => {
    const plain = attached({ filters: [4, 4], hidden: [20], dropout: 0 });
    const dropped = attached({ filters: [4, 4], hidden: [20], dropout: 0.5 });
    expect(dropped.gradients(1)).not.toBe(plain.gradients(1));
    expect(dropped.gradients(1)).not.toBe(dropped.gradients(2));
    expect(dropped.evaluate()).toBe(plain.evaluate());
  });
});
