import { afterEach, beforeEach, describe, expect, it, type Mock, vi } from "vitest";
import { optimize, parameters, sgd } from "../index.ts";
import { createTape, linear, meanSquaredError, relu, sigmoid, type Tensor } from "./index.ts";

let warn: Mock;
beforeEach(() => {
  warn = vi.spyOn(console, "warn").mockImplementation(() => undefined) as unknown as Mock;
});
afterEach(() => void warn.mockRestore());

/** One pass of a network of two layers, whose arrays are filled with these numbers; and another pass. */
function run(w1: number, w2: number, activation: (x: Tensor) => Tensor = relu): void {
  const net = parameters({ w1: [2, 3], b1: [3], w2: [3, 2], b2: [2], unused: [2, 2] });
  net.w1.data.fill(w1);
  net.w2.data.fill(w2);
  const tape = createTape(optimize(net, sgd()));
  const { w1: first, b1, w2: second, b2 } = tape.parameters;
  const x = tape.input([4, 2]);
  x.data.fill(0.5);
  const targets = tape.input([4, 2]);
  targets.data.fill(1);
  const loss = meanSquaredError(linear(activation(linear(x, first, b1)), second, b2), targets);
  tape.backward(loss);
  tape.backward(loss);
}

describe("a matrix that is all zero", () => {
  it("and has a gradient that is, is warned of, once, with what to do", () => {
    run(0, 0);
    expect(warn.mock.calls).toEqual([
      [
        "gradus: w1,w2 are zero, and so are their gradients: they will never learn. Initialize them: parameters({ w1: he([2, 3]) })",
      ],
    ]);
  });

  it("behind one that is not, as a last layer often is, learns", () => {
    run(0.5, 0);
    expect(warn).not.toHaveBeenCalled();
  });

  it("before one that is not learns", () => {
    run(0, 0.5, sigmoid);
    expect(warn).not.toHaveBeenCalled();
  });

  it("alone, as that of a linear model, learns", () => {
    const tape = createTape(optimize(parameters({ w: [2, 2] }), sgd()));
    const x = tape.input([1, 2]);
    x.data.fill(1);
    const targets = tape.input([1, 2]);
    targets.data.fill(1);
    tape.backward(meanSquaredError(linear(x, tape.parameters.w), targets));
    expect(warn).not.toHaveBeenCalled();
  });
});
