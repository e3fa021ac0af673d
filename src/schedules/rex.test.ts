import { expect, test } from "vitest";
import { rex } from "./rex.ts";

test("it is above the straight line all the way", () => {
  const schedule = rex({ initial: 1, steps: 50 });
  for (let k = 1; k < 50; k++) expect(schedule(k + 1)).toBeGreaterThan(1 - k / 50);
  expect([1, 51, 99].map(schedule)).toEqual([1, 0, 0]);
});

test("no steps are refused", () => {
  expect(() => rex({ initial: 1, steps: 0 })).toThrow(
    "rex: option `steps` is 0; it must be a whole number, 1 or more",
  );
});
