import { describe, expect, it } from "vitest";
import { sgd } from "../optimizers/index.ts";
import { optimize } from "../runtime/optimize.ts";
import { parameters } from "../runtime/parameters.ts";
import { createTraining } from "./training.ts";

describe("a training run", () => {
  it("hands its steps on once it has an optimizer", () => {
    const net = parameters({ w: [1] });
    const bare = new Float32Array(2);
    const training = createTraining({ w: net.w, bare }, ({ gradients }) => ({
      gradients: (step) => gradients.w.fill(step)[0]!,
      evaluate: () => net.w.data[0]!,
    }));
    const optimizer = optimize(training.parameters, sgd({ lr: 1 }));
    training.attach(optimizer);
    expect(training.gradients(3)).toBe(3);
    optimizer.step();
    expect(training.evaluate()).toBe(-3);
  });

  it("refuses to work without an optimizer, with another's and with two", () => {
    const net = parameters({ w: [1] });
    const training = createTraining(net, () => ({ gradients: () => 0, evaluate: () => 0 }));
    expect(() => training.gradients(1)).toThrow("call attach(optimizer) first");
    expect(() => training.evaluate()).toThrow("call attach(optimizer) first");
    const other = optimize(parameters({ w: [1] }), sgd());
    expect(() => training.attach(other)).toThrow("not that of this training run's parameters");
    training.attach(optimize(net, sgd()));
    expect(() => training.attach(optimize(net, sgd()))).toThrow("has an optimizer already");
  });
});
