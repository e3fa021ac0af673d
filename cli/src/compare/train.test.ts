import { optimize, sgd } from "gradus";
import type { Training } from "gradus/tasks";
import { describe, expect, it } from "vitest";
import { smoothed, TrainingRun, train, WARM_UP, WarmUp } from "./train.ts";

/** A training run with a given loss for each step; its only gradient is the loss. */
function training(lossAt: (step: number) => number, evaluate = () => 0.5) {
  const w = new Float32Array(1);
  const optimizer = optimize({ w }, sgd({ lr: 0.1 }), { nonFinite: "skip" });
  const run: Training = {
    parameters: { w },
    attach() {},
    gradients(step) {
      optimizer.gradients.w[0] = lossAt(step);
      return lossAt(step);
    },
    evaluate,
  };
  return { run, optimizer };
}

describe("smoothed", () => {
  it("is the mean of the last tenth, or of one if that is less", () => {
    const losses = Float64Array.from({ length: 100 }, (_, i) => i + 1);
    expect(smoothed(losses, 1)).toBe(1);
    expect(smoothed(losses, 10)).toBe(10);
    expect(smoothed(losses, 11)).toBe(10.5);
    expect(smoothed(losses, 100)).toBe(95.5);
  });
});

describe("train", () => {
  it("records the first, the last and some hundred points between", () => {
    const { run, optimizer } = training((step) => 1000 - step);
    const heard: number[] = [];
    const curves = train(run, optimizer, 250, (step) => heard.push(step));
    expect(curves.steps.slice(0, 4)).toEqual([1, 3, 6, 9]);
    expect(curves.steps.at(-1)).toBe(250);
    expect(heard).toEqual(curves.steps);
    expect(curves.loss[0]).toBe(999);
    expect(curves.finalLoss).toBe(1000 - (226 + 250) / 2);
    expect(curves.metricSteps).toEqual([
      ...Array.from({ length: 19 }, (_, i) => 13 * (i + 1)),
      250,
    ]);
    expect(curves.finalMetric).toBe(0.5);
    expect(optimizer.steps).toBe(250);
  });

  it("smooths over the last tenth, in a long run and in a resumed one", () => {
    const lossAt = (step: number) => 2 + Math.sin(step * step);
    const steps = 3000;
    const losses = Float64Array.from({ length: steps }, (_, i) => lossAt(i + 1));
    let { run, optimizer } = training(lossAt);
    let made = new TrainingRun(run, optimizer, steps);
    while (!made.ended) {
      made.advance();
      if (made.step % 700 === 0) {
        ({ run, optimizer } = training(lossAt));
        made = new TrainingRun(run, optimizer, steps, made.recorded());
      }
    }
    const curves = made.curves();
    expect(curves.steps.length).toBe(101);
    expect(curves.loss).toEqual(curves.steps.map((step) => smoothed(losses, step)));
  });

  it("allocates no memory for steps that may never be made", () => {
    const { run, optimizer } = training(() => 1);
    const made = new TrainingRun(run, optimizer, Number.MAX_SAFE_INTEGER);
    for (let step = 0; step < 5; step++) made.advance();
    expect(made.recorded()).toMatchObject({ step: 5, recent: [1] });
  });

  it("starts the clock after the first step, which sets things up", () => {
    const { run, optimizer } = training(() => 1);
    const { seconds } = train(run, optimizer, 20, () => {});
    expect(seconds[0]).toBe(0);
    expect(seconds[1]).toBeGreaterThan(0);
  });

  it("trains for a single step", () => {
    const { run, optimizer } = training(() => 2);
    const curves = train(run, optimizer, 1, () => {});
    expect(curves).toMatchObject({ steps: [1], loss: [2], metricSteps: [1], finalLoss: 2 });
  });

  it.each([
    ["the loss is NaN", Number.NaN],
    ["the loss is infinite", Number.POSITIVE_INFINITY],
    // Finite as a loss, but the gradient overflows float32.
    ["a gradient is infinite", 1e300],
  ])("ends as diverged if %s", (_, value) => {
    const { run, optimizer } = training((step) => (step < 40 ? 1 : value));
    const curves = train(run, optimizer, 200, () => {});
    expect(curves).toMatchObject({ diverged: true, finalLoss: null, finalMetric: null, made: 39 });
    expect(curves.steps.at(-1)).toBe(38);
    expect(curves.loss.every((loss) => loss === 1)).toBe(true);
    expect(optimizer.steps).toBe(39);
  });

  it("leaves out a metric that is not finite", () => {
    const { run, optimizer } = training(
      () => 1,
      () => Number.NaN,
    );
    const curves = train(run, optimizer, 20, () => {});
    expect(curves).toMatchObject({ metric: [], metricSteps: [], finalMetric: null, finalLoss: 1 });
  });
});

describe("WarmUp", () => {
  const warmed = (steps: number, labels: readonly string[]) => {
    const made: number[] = [];
    const warmUp = new WarmUp();
    for (const label of labels) {
      warmUp.for(label, steps, () => {
        const { run, optimizer } = training(() => 1);
        const at = made.push(0) - 1;
        const gradients = (step: number) => {
          made[at] = step;
          return run.gradients(step);
        };
        return { training: { ...run, gradients }, optimizer };
      });
    }
    return made;
  };

  it("makes some steps of each optimizer, once", () => {
    expect(warmed(400, ["sgd", "adam", "sgd"])).toEqual([WARM_UP.steps, WARM_UP.steps]);
  });

  it("makes no more steps than a run has", () => {
    expect(warmed(7, ["sgd"])).toEqual([7]);
  });

  it("disposes the optimizer, whatever happens", () => {
    const { run, optimizer } = training(() => {
      throw new Error("the bowl broke");
    });
    const make = () => ({ training: run, optimizer });
    expect(() => new WarmUp().for("sgd", 10, make)).toThrow("the bowl broke");
    expect(() => optimizer.step()).toThrow("disposed");
  });
});
