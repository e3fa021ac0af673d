import { adam, sgd } from "gradus";
import { describe, expect, it } from "vitest";
import { loadImages } from "../../../cli/src/tasks/fashion-mnist.ts";
import { fashion, tested, trained } from "./fashion.ts";
import { fashionBytes } from "./images.ts";
import { spirals } from "./spirals.ts";
import { decisionSurface, Training } from "./training.ts";

describe("a small network", () => {
  it("learns the spirals with Adam, and its surface says which is where", () => {
    const problem = spirals(1);
    const training = new Training(problem, adam({ lr: 0.02 }), 1);
    const first = training.next();
    expect(first).toBeCloseTo(Math.log(2), 0);
    let last = first;
    for (let i = 0; i < 600; i++) last = training.next();
    expect(last).toBeLessThan(0.1);
    expect(training.accuracy()).toBeGreaterThan(0.95);
    const cells = 80;
    const surface = decisionSurface(training, cells, 1.1);
    const { inputs, labels, count } = problem.train;
    let right = 0;
    for (let i = 0; i < count; i++) {
      const cell = (value: number) => Math.floor(((value / 1.1 + 1) / 2) * cells);
      const found = surface[cell(-inputs[2 * i + 1]!) * cells + cell(inputs[2 * i]!)]!;
      right += Number(found > 127 === (labels[i] === 1));
    }
    expect(right / count).toBeGreaterThan(0.93);
    training.dispose();
  });

  it("is the same for the same seed, and another for another", () => {
    const losses = (seed: number) => {
      const training = new Training(spirals(seed), sgd({ lr: 0.1 }), seed);
      const found = Array.from({ length: 5 }, () => training.next());
      training.dispose();
      return found;
    };
    expect(losses(3)).toEqual(losses(3));
    expect(losses(3)).not.toEqual(losses(4));
  });

  it("learns what clothes look like from the images that the site has", () => {
    const problem = fashion(fashionBytes());
    const { train, test } = loadImages();
    expect(problem.train.count).toBe(trained);
    expect(problem.test.count).toBe(tested);
    expect(problem.train.labels).toEqual(train.labels.subarray(0, trained));
    expect(problem.test.labels).toEqual(test.labels.subarray(0, tested));
    expect(problem.test.inputs[784 * 3 + 400]).toBe(Math.fround(test.images[784 * 3 + 400]! / 255));
    const training = new Training(problem, adam({ lr: 3e-3 }), 1);
    for (let i = 0; i < 100; i++) training.next();
    expect(training.accuracy()).toBeGreaterThan(0.7);
    training.dispose();
  });
});
