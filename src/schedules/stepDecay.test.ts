import { expect, test } from "vitest";
import { stepDecay } from "./stepDecay.ts";

test("the value drops after every `every` updates", () => {
  const schedule = stepDecay({ initial: 1, gamma: 0.5, every: 2 });
  expect([1, 2, 3, 4, 5, 6, 7].map(schedule)).toEqual([1, 1, 0.5, 0.5, 0.25, 0.25, 0.125]);
});

test("it drops to a tenth by default", () => {
  expect(stepDecay({ initial: 1, every: 5 })(6)).toBe(0.1);
});

test("steps near 2^53 still fall on the right stair", () => {
  const schedule = stepDecay({ initial: 1, gamma: 0.5, every: 2 ** 52 });
  expect([2 ** 52, 2 ** 52 + 1, 2 ** 53].map(schedule)).toEqual([1, 0.5, 0.5]);
});

test("a fractional length of a stair is refused", () => {
  expect(() => stepDecay({ initial: 1, every: 2.5 })).toThrow(
    "stepDecay: option `every` is 2.5; it must be a whole number, 1 or more",
  );
  expect(() => stepDecay({ initial: 1, every: 2, gamma: 0 })).toThrow("option `gamma` is 0");
});
