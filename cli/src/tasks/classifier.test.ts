import { optimize, parameters } from "gradus";
import { createTape, dropout, linear } from "gradus/autodiff";
import { sgd } from "gradus/optimizers";
import { describe, expect, it } from "vitest";
import { createClassifier } from "./classifier.ts";

interface Points {
  readonly values: Float32Array;
  readonly labels: Uint8Array;
  readonly count: number;
}

/** Example i has the value i, and the class that `label` says. */
function points(count: number, label: (index: number) => number): Points {
  return {
    values: Float32Array.from({ length: count }, (_, index) => index),
    labels: Uint8Array.from({ length: count }, (_, index) => label(index)),
    count,
  };
}

/** Classifies by x W with three classes. */
function classify(train: Points, test: Points, batch: number, seed = 1, probability = 0) {
  const net = parameters({ w: [1, 3] });
  const optimizer = optimize(net, sgd(), { threads: 1 });
  const tape = createTape(optimizer, { seed });
  const seen: number[][] = [];
  const steps = createClassifier<Points>({
    ...{ tape, train, test, run: { batch, seed } },
    record(rows) {
      const input = tape.input([rows, 1]);
      return {
        scores: linear(probability > 0 ? dropout(input, probability) : input, tape.parameters.w),
        fill({ values }, examples) {
          seen.push([...examples]);
          for (let row = 0; row < rows; row++) input.data[row] = values[examples[row]!]!;
        },
      };
    },
  });
  return { net, optimizer, seen, ...steps };
}

describe("a classifier", () => {
  const three = points(9, (index) => index % 3);

  it("evaluates each test example once, however many there are", () => {
    // 1103 is not a multiple of the number evaluated at once; all but example 0 score class 2.
    for (const count of [1, 2, 499, 500, 501, 1103]) {
      const test = points(count, (index) => (index % 2 === 0 ? 2 : 1));
      const { net, evaluate } = classify(three, test, 3);
      net.w.data.set([-1, 0, 1]);
      const right = Math.ceil(count / 2) - 1;
      expect(evaluate()).toBe(right / count);
    }
  });

  it("takes the first of the classes with the highest score", () => {
    const test = points(4, (index) => (index < 3 ? 0 : 1));
    expect(classify(three, test, 3).evaluate()).toBe(3 / 4);
  });

  it("gives the loss and the gradients of a step's minibatch, for steps in any order", () => {
    const { optimizer, gradients, evaluate, seen } = classify(three, three, 3);
    const visit = (step: number) => [gradients(step), ...optimizer.gradients.w];
    const first = [1, 2, 3, 4].map(visit);
    evaluate();
    const again = [4, 2, 1, 3].map(visit);
    expect(again).toEqual([first[3], first[1], first[0], first[2]]);
    expect(first[0]![0]).toBeCloseTo(Math.log(3), 6);
    expect(
      seen
        .slice(0, 3)
        .flat()
        .sort((a, b) => a - b),
    ).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    // At W = 0 the gradient for a class is the mean of x (1/3 - [its label is that class]).
    const batch = seen[0]!;
    const expected = [0, 1, 2].map(
      (label) => batch.reduce((sum, x) => sum + x * (1 / 3 - Number(x % 3 === label)), 0) / 3,
    );
    for (const [index, value] of expected.entries()) {
      expect(first[0]![index + 1]).toBeCloseTo(value, 5);
    }
  });

  it("draws dropout by the step's number in training, and drops nothing in evaluation", () => {
    const train = points(64, (index) => index % 3);
    const { optimizer, gradients, evaluate, net } = classify(train, train, 64, 1, 0.5);
    const visit = (step: number) => [gradients(step), ...optimizer.gradients.w];
    const first = visit(1);
    // The batch is the whole set, so only dropout differs.
    expect(visit(2)).not.toEqual(first);
    expect(visit(1)).toEqual(first);
    net.w.data.set([0, 1, 0]);
    expect(evaluate()).toBe(21 / 64 + 1 / 64);
  });

  it.each([
    [0, "batch is 0; it must be an integer from 1 to 9"],
    [10, "batch is 10; it must be an integer from 1 to 9"],
  ])("refuses a batch of %d of 9 examples", (batch, message) => {
    expect(() => classify(three, three, batch)).toThrow(new RangeError(message));
  });

  it("refuses step 0", () => {
    expect(() => classify(three, three, 3).gradients(0)).toThrow(/^step is 0/);
  });
});
