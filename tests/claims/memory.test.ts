import { expect, test } from "vitest";
import {
  adagrad,
  adam,
  amsgrad,
  momentum,
  optimize,
  parameters,
  rmsprop,
  sgd,
} from "../../src/index.ts";
import { statePerParameter } from "./memory.ts";

test("Adam keeps two numbers for each parameter, more than any of what it grew from", () => {
  const kept = [sgd(), momentum(), adagrad(), rmsprop(), adam(), amsgrad()].map(statePerParameter);
  expect(kept).toEqual([0, 1, 1, 1, 2, 3]);
});

test("and nothing that grows with time or with the square of the parameters", () => {
  const { w } = parameters({ w: [2000] });
  using optimizer = optimize({ w }, adam());
  const size = () => {
    const arrays = Object.values(optimizer.state().parameters["w"]!);
    return arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);
  };
  optimizer.gradients.w.fill(1);
  const before = [size(), optimizer.memory.allocated];
  for (let step = 0; step < 1000; step++) {
    optimizer.gradients.w.fill(step);
    optimizer.step();
  }
  expect([size(), optimizer.memory.allocated]).toEqual(before);
  expect(size()).toBe(2 * w.data.byteLength);
});
