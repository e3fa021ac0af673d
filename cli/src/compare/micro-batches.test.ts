import fc from "fast-check";
import * as library from "gradus";
import { createTraining, type Training } from "gradus/tasks";
import { describe, expect, it } from "vitest";
import { treeReduce } from "../../../src/distributed/reduce.ts";
import { inMicroBatches, microBatchesOf } from "./micro-batches.ts";

const one = { rank: 0, size: 1 };
const task = { name: "mine", splitsBatches: true };

describe("microBatchesOf", () => {
  it("is the whole minibatch if it is not divided", () => {
    expect(microBatchesOf({ name: "mine" }, { batch: 7 }, one)).toEqual([undefined]);
    expect(microBatchesOf({ name: "mine" }, { batch: 7, microBatches: 1 }, one)).toEqual([
      undefined,
    ]);
  });

  it("is one for each rank by default", () => {
    expect(microBatchesOf(task, { batch: 6 }, { rank: 2, size: 3 })).toEqual([
      { index: 2, count: 3 },
    ]);
  });

  it("gives each rank neighbouring micro-batches", () => {
    expect(microBatchesOf(task, { batch: 8, microBatches: 4 }, { rank: 1, size: 2 })).toEqual([
      { index: 2, count: 4 },
      { index: 3, count: 4 },
    ]);
  });

  it.each([
    [{ batch: 6, microBatches: 4 }, one, "a minibatch of 6 cannot be split evenly into 4"],
    [{ batch: 5 }, { rank: 0, size: 2 }, "a minibatch of 5 cannot be split evenly over 2 ranks"],
    [{ batch: 8, microBatches: 2 }, { rank: 0, size: 4 }, "cannot be shared evenly by 4 ranks"],
    [{ batch: 8, microBatches: 1 }, { rank: 0, size: 2 }, "cannot be shared evenly by 2 ranks"],
    [{ batch: 12, microBatches: 4 }, { rank: 0, size: 3 }, "cannot be shared evenly by 3 ranks"],
  ])("refuses %o", (divided, rank, message) => {
    expect(() => microBatchesOf(task, divided, rank)).toThrow(message);
  });

  it("refuses a task whose minibatches are not split", () => {
    const own = { name: "mine" };
    expect(() => microBatchesOf(own, { batch: 4, microBatches: 2 }, one)).toThrow(
      "mine cannot be trained on several ranks or in micro-batches",
    );
  });
});

/** A run with gradients of these numbers times the parameter, and their sum as the loss. */
function trainingOf(numbers: readonly number[]): Training {
  const net = library.parameters({ w: [numbers.length] });
  net.w.data.fill(1);
  return createTraining(net, ({ parameters, gradients }) => ({
    gradients: () => {
      const w = (parameters["w"] as { readonly data: Float32Array }).data;
      numbers.forEach((number, i) => void (gradients["w"]![i] = number * w[i]!));
      return numbers.reduce((sum, number) => sum + number, 0);
    },
    evaluate: () => net.w.data[0]!,
  }));
}

/** The loss and the gradients of one step of this run in several micro-batches. */
function stepOf(parts: readonly (readonly number[])[]) {
  const [first, ...others] = parts.map(trainingOf);
  const training = inMicroBatches([first!, ...others], library, { threads: 1 });
  using optimizer = library.optimize(training.parameters, library.sgd({ lr: 0.5 }), { threads: 1 });
  training.attach(optimizer);
  const at = () => ({ loss: training.gradients(1), gradients: [...optimizer.gradients["w"]!] });
  const before = at();
  optimizer.step();
  return { before, after: at(), metric: training.evaluate() };
}

const numbers = fc.float({ min: -4, max: 4, noNaN: true, noDefaultInfinity: true });

describe("inMicroBatches", () => {
  it("is the run itself if there is only one", () => {
    const training = trainingOf([1]);
    expect(inMicroBatches([training], library, {})).toBe(training);
  });

  it("has the same mean, to the bit, on any number of ranks", () => {
    const parts = fc.array(fc.array(numbers, { minLength: 3, maxLength: 3 }), {
      ...{ minLength: 8, maxLength: 8 },
    });
    fc.assert(
      fc.property(parts, fc.constantFrom(2, 4, 8), (all, ranks) => {
        const each = all.length / ranks;
        const ofRanks = Array.from({ length: ranks }, (_, rank) =>
          stepOf(all.slice(rank * each, (rank + 1) * each)),
        );
        const float32 = (values: readonly number[]) =>
          treeReduce([...values], (left, right) => Math.fround(left + right)) / ranks;
        const { before } = stepOf(all);
        const means = before.gradients.map((_, i) =>
          Math.fround(float32(ofRanks.map((rank) => rank.before.gradients[i]!))),
        );
        expect(before.gradients).toEqual(means);
        const losses = ofRanks.map((rank) => rank.before.loss);
        expect(before.loss).toBe(treeReduce(losses, (left, right) => left + right) / ranks);
      }),
    );
  });

  it("computes all of them with the parameters of the last step", () => {
    const { before, after, metric } = stepOf([[2], [4]]);
    expect(before.gradients).toEqual([3]);
    expect(metric).toBe(1 - 0.5 * 3);
    expect(after.gradients).toEqual([3 * metric]);
  });
});
