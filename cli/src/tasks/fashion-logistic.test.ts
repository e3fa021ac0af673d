import { optimize } from "gradus";
import { sgd } from "gradus/optimizers";
import { batches } from "gradus/tasks";
import { expect, it } from "vitest";
import { fashionLogistic } from "./fashion-logistic.ts";
import { loadImages } from "./fashion-mnist.ts";

it("starts at zero, where loss and gradient are known in closed form", async () => {
  const batch = 128;
  const training = (await fashionLogistic.load())({ seed: 5, batch, settings: {} });
  const optimizer = optimize(training.parameters, sgd(), { threads: 1 });
  training.attach(optimizer);
  expect(training.gradients(1)).toBe(Math.fround(Math.log(10)));

  const { images, labels } = loadImages().train;
  const expected = new Float64Array(784 * 10);
  for (const example of batches({ count: labels.length, size: batch, seed: 5 }).next()) {
    for (let pixel = 0; pixel < 784; pixel++) {
      const x = images[example * 784 + pixel]! / 255;
      for (let label = 0; label < 10; label++) {
        expected[pixel * 10 + label]! += (x * (0.1 - Number(labels[example] === label))) / batch;
      }
    }
  }
  const found = optimizer.gradients["weight"]!;
  // Sums of 128 terms below 1 / 128 in float32.
  const error = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - found[i]!)), 0);
  expect(error).toBeLessThan(1e-7);
});

it("lowers the learning rate with the inverse square root of the step", () => {
  expect([1, 4, 100].map((step) => fashionLogistic.rateFactor!(step))).toEqual([1, 0.5, 0.1]);
});
