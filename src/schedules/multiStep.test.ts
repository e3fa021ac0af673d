import { expect, test } from "vitest";
import { multiStep } from "./multiStep.ts";

test("the value drops once a milestone's updates are done", () => {
  const schedule = multiStep({ initial: 1, gamma: 0.5, milestones: [1, 4, 5] });
  expect([1, 2, 3, 4, 5, 6, 7].map(schedule)).toEqual([1, 0.5, 0.5, 0.5, 0.25, 0.125, 0.125]);
});

test("without milestones it is constant", () => {
  expect(multiStep({ initial: 0.3, milestones: [] })(1e6)).toBe(0.3);
});

test("changing the caller's milestones changes nothing", () => {
  const milestones = [10];
  const schedule = multiStep({ initial: 1, gamma: 0.5, milestones });
  milestones[0] = 1;
  expect(schedule(5)).toBe(1);
});

test("milestones out of order are refused", () => {
  expect(() => multiStep({ initial: 1, milestones: [80, 30] })).toThrow(
    "multiStep: option `milestones` is [80, 30]; it must be an array of whole numbers, 1 or more, each above the one before",
  );
});
