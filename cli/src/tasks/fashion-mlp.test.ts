import { optimize } from "gradus";
import { sgd } from "gradus/optimizers";
import type { RunSettings, Training } from "gradus/tasks";
import { beforeAll, describe, expect, it } from "vitest";
import { fashionMlp } from "./fashion-mlp.ts";
import { loadImages } from "./fashion-mnist.ts";

let create: (run: RunSettings) => Training;
beforeAll(async () => {
  create = await fashionMlp.load();
});

/** A run with small layers, bound to an optimizer. */
function attached(settings: Readonly<Record<string, unknown>>) {
  const training = create({ seed: 3, batch: 16, settings });
  const optimizer = optimize(training.parameters, sgd(), { threads: 1 });
  training.attach(optimizer);
  return { ...training, optimizer };
}

describe("fashion-mlp", () => {
  it("has a layer for each size in `hidden`, and one for the classes", () => {
    const shapes = (hidden: readonly number[]) =>
      Object.fromEntries(
        Object.entries(attached({ hidden }).optimizer.parameters).map(([name, { shape }]) => [
          name,
          shape,
        ]),
      );
    expect(shapes([])).toEqual({ weight1: [784, 10], bias1: [10] });
    expect(shapes([20, 30])).toEqual({
      weight1: [784, 20],
      bias1: [20],
      weight2: [20, 30],
      bias2: [30],
      weight3: [30, 10],
      bias3: [10],
    });
  });

  it("starts from biases of zero and weights of variance 2 / inputs", () => {
    const { parameters } = attached({ hidden: [300, 200] }).optimizer;
    for (const [layer, inputs] of [784, 300, 200].entries()) {
      const weight = Array.from(parameters[`weight${layer + 1}`]!.data);
      const squares = weight.reduce((sum, value) => sum + value * value, 0) / weight.length;
      // The square of a uniform draw has a variance of 4/5 of its squared mean; five deviations.
      const deviation = Math.sqrt(0.8 / weight.length);
      expect(Math.abs(squares / (2 / inputs) - 1)).toBeLessThan(5 * deviation);
      const bound = Math.fround(Math.sqrt(6 / inputs));
      expect(weight.every((value) => Math.abs(value) <= bound)).toBe(true);
      const bias = parameters[`bias${layer + 1}`]!.data;
      expect(bias.every((value) => value === 0)).toBe(true);
    }
  });

  it("computes what a plain transcription in float64 computes", () => {
    const { optimizer, evaluate } = attached({ hidden: [12, 9] });
    const { images, labels, count } = loadImages().test;
    let right = 0;
    for (let example = 0; example < count; example++) {
      let values = Array.from(images.subarray(example * 784, (example + 1) * 784), (x) => x / 255);
      for (let layer = 1; layer <= 3; layer++) {
        const weight = optimizer.parameters[`weight${layer}`]!;
        const outputs = weight.shape[1]!;
        values = Array.from({ length: outputs }, (_, output) => {
          const sum = values.reduce(
            (s, x, input) => s + x * weight.data[input * outputs + output]!,
            0,
          );
          return layer < 3 ? Math.max(sum, 0) : sum;
        });
      }
      right += Number(values.indexOf(Math.max(...values)) === labels[example]);
    }
    // Two scores may be closer to each other than float32 can resolve.
    expect(Math.abs(evaluate() - right / count)).toBeLessThanOrEqual(1 / count);
  });

  it("drops hidden units in training, others in each step, and none in evaluation", () => {
    const plain = attached({ hidden: [40, 40], dropout: 0 });
    const dropped = attached({ hidden: [40, 40], dropout: 0.5 });
    expect(dropped.gradients(1)).not.toBe(plain.gradients(1));
    expect(dropped.evaluate()).toBe(plain.evaluate());
    const silent = (step: number) => {
      dropped.gradients(step);
      // A unit has no gradient if it is dropped or inactive for the whole minibatch.
      return Array.from(dropped.optimizer.gradients["bias2"]!, (value) => value === 0);
    };
    expect(silent(1)).toEqual(silent(1));
    expect(dropped.gradients(1)).not.toBe(dropped.gradients(2));
  });
});
