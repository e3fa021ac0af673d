import { expect, it } from "vitest";
import { trainable } from "../../../tests/support/gradients.ts";
import { maxPool2d, meanSquaredError } from "../index.ts";

/** Pools the pixels of one image of one channel, and where a gradient of ones goes. */
function pool(pixels: readonly number[], [height, width]: readonly [number, number]) {
  const { optimizer, tape } = trainable({ x: [1, height, width, 1] }, { x: pixels });
  const y = maxPool2d(tape.parameters.x, 2);
  const target = tape.input(y.shape);
  tape.forward(y);
  target.data.set(y.data.map((value) => value - y.data.length / 2));
  tape.backward(meanSquaredError(y, target));
  return { y: [...y.data], gradient: [...optimizer.gradients.x] };
}

it("sends the gradient to the first of equal elements", () => {
  expect(pool([1, 1, 1, 1], [2, 2])).toEqual({ y: [1], gradient: [1, 0, 0, 0] });
  expect(pool([0, 1, 1, 1], [2, 2])).toEqual({ y: [1], gradient: [0, 1, 0, 0] });
  expect(pool([-0, 0, 0, 0], [2, 2]).gradient).toEqual([1, 0, 0, 0]);
});

it("knows negative numbers and infinities", () => {
  expect(pool([-3, -2, -5, -4], [2, 2])).toEqual({ y: [-2], gradient: [0, 1, 0, 0] });
  expect(pool([-Infinity, -1, -2, Infinity], [2, 2]).y).toEqual([Infinity]);
  expect(pool(Array(4).fill(-Infinity), [2, 2]).y).toEqual([-Infinity]);
});

it("carries NaN, wherever in its window it is", () => {
  for (let at = 0; at < 4; at++) {
    const pixels = [1, 2, 3, 4].map((value, i) => (i === at ? NaN : value));
    expect(pool(pixels, [2, 2]).y).toEqual([NaN]);
  }
});

it("leaves out what fills no window, and sends it no gradient", () => {
  const pixels = [1, 2, 9, 4, 3, 9, 9, 9, 9];
  expect(pool(pixels, [3, 3])).toEqual({ y: [4], gradient: [0, 0, 0, 1, 0, 0, 0, 0, 0] });
});
