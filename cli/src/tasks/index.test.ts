import { optimize } from "gradus";
import { optimizers } from "gradus/optimizers";
import { DataError, type RunSettings, type Task, type Training } from "gradus/tasks";
import { beforeAll, describe, expect, it } from "vitest";
import { tasks } from "./index.ts";

const entries: readonly (readonly [name: string, task: Task])[] = Object.entries(tasks);

/** Settings with which each task is fast, and uses all of its features. */
const small: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "fashion-mlp": { hidden: [16, 12], dropout: 0.25 },
  "fashion-cnn": { filters: [4, 4], hidden: [16], dropout: 0.1 },
  "fashion-logistic": {},
  "words-sparse": {},
};

type Run = (settings?: Partial<RunSettings>) => Training;

/** Trains with Adam; returns the losses, the metric and all parameters. */
function train(training: Training, steps: number, lr: number): number[] {
  const optimizer = optimize(training.parameters, optimizers.adam({ lr }), { threads: 1 });
  training.attach(optimizer);
  const losses = Array.from({ length: steps }, (_, index) => {
    const loss = training.gradients(index + 1);
    optimizer.step();
    return loss;
  });
  const values = Object.values(optimizer.parameters).flatMap(({ data }) => [...data]);
  return [...losses, training.evaluate(), ...values];
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

const norm = (values: ArrayLike<number>) =>
  Math.hypot(...Array.from(values).filter((v) => v !== 0));

const compared = "sgd momentum nesterov adagrad rmsprop adadelta adam adamw".split(" ");

describe.each(entries)("%s", (name, task) => {
  let run: Run;
  beforeAll(async () => {
    const make = await task.load();
    run = (given) => make({ seed: 1, batch: 32, settings: small[name]!, ...given });
  });

  it("is registered under its name, and describes itself", () => {
    expect(task.name).toBe(name);
    expect(task.summary).toMatch(/^[A-Z].*\.$/);
    expect(task.title).not.toMatch(/\.$/);
  });

  it("has a tuned rate above zero for the optimizers that are compared by default", () => {
    expect(Object.keys(task.tuned)).toEqual(expect.arrayContaining(compared));
    expect(Object.keys(optimizers)).toEqual(expect.arrayContaining(Object.keys(task.tuned)));
    expect(Object.values(task.tuned).every((rate) => rate > 0)).toBe(true);
  });

  it("runs with its default settings, and refuses others", async () => {
    const { batch, settings } = task.defaults;
    const training = run({ batch, settings });
    training.attach(optimize(training.parameters, optimizers.sgd(), { threads: 1 }));
    expect(training.gradients(1)).toBeGreaterThan(0);
    expect(() => run({ settings: { ...settings, layers: 3 } })).toThrow("no setting `layers`");
  });

  it("makes the same steps for the same seed, bit for bit, and others for another", () => {
    const steps = 12;
    const first = train(run(), steps, 0.01);
    expect(train(run(), steps, 0.01)).toEqual(first);
    const other = train(run({ seed: 2 }), steps, 0.01);
    expect(other.slice(0, steps)).not.toEqual(first.slice(0, steps));
  });

  it("resumes at any step with the state of an unbroken run", () => {
    const one = run();
    const two = run();
    one.attach(optimize(one.parameters, optimizers.sgd(), { threads: 1 }));
    two.attach(optimize(two.parameters, optimizers.sgd(), { threads: 1 }));
    const unbroken = Array.from({ length: 8 }, (_, index) => one.gradients(index + 1));
    one.evaluate();
    expect(two.gradients(8)).toBe(unbroken[7]);
    expect(two.gradients(3)).toBe(unbroken[2]);
  });

  it("learns: the training loss falls by a fifth, and the metric is above chance", () => {
    const steps = 60;
    const outcome = train(run(), steps, 0.01);
    const losses = outcome.slice(0, steps);
    expect(mean(losses.slice(-10))).toBeLessThan(0.8 * mean(losses.slice(0, 3)));
    const chance = name === "words-sparse" ? 0.2 : 0.1;
    expect(outcome[steps]).toBeGreaterThan(2 * chance);
  });

  it("has gradients that agree with finite differences", () => {
    const training = run();
    const optimizer = optimize(training.parameters, optimizers.adam({ lr: 0.01 }), { threads: 1 });
    training.attach(optimizer);
    for (let step = 1; step <= 5; step++) {
      training.gradients(step);
      optimizer.step();
    }
    training.gradients(6);
    const gradients = Object.entries(optimizer.gradients).map(
      ([parameter, gradient]) => [parameter, gradient.slice()] as const,
    );
    for (const [parameter, gradient] of gradients) {
      const { data } = optimizer.parameters[parameter]!;
      const start = data.slice();
      const length = norm(gradient);
      // Along the gradient itself the slope is its norm.
      const lossAt = (distance: number) => {
        for (let i = 0; i < data.length; i++) {
          data[i] = start[i]! + (distance * gradient[i]!) / length;
        }
        return training.gradients(6);
      };
      // A float32 loss has an error of 1e-7, so its slope over this distance has one of 5e-5. The rest is curvature, and
      // units that a ReLU switches on or off over it. Filters switch thousands of pixels, and change which of them are largest:
      // for these the task's own test uses float64 and 1e-7.
      const distance = 0.002;
      const slope = (lossAt(distance) - lossAt(-distance)) / (2 * distance);
      data.set(start);
      const bound = name === "fashion-cnn" ? 0.05 : 5e-4;
      expect(Math.abs(slope / length - 1), parameter).toBeLessThan(bound);
    }
  });

  it("with a missing folder throws a DataError", async () => {
    await expect(task.load("no-such-folder")).rejects.toThrow(DataError);
    await expect(task.load("no-such-folder")).rejects.toThrow(/^no-such-folder: /);
  });
});
