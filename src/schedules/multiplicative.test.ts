import { expect, test } from "vitest";
import { multiplicative } from "./multiplicative.ts";

test("it multiplies by the factor of each update that is done", () => {
  const schedule = multiplicative({ initial: 1, factor: (k) => k });
  expect([1, 2, 3, 4, 5].map(schedule)).toEqual([1, 1, 2, 6, 24]);
});

test("in order, each factor is asked for once", () => {
  const asked: number[] = [];
  const schedule = multiplicative({
    initial: 1,
    factor: (k) => {
      asked.push(k);
      return 0.5;
    },
  });
  asked.length = 0; // Its options were tried.
  for (const step of [1, 2, 2, 3, 6]) schedule(step);
  expect(asked).toEqual([1, 2, 3, 4, 5]);
  expect(schedule(2)).toBe(0.5);
  expect(asked).toEqual([1, 2, 3, 4, 5, 1]);
});

test("a number for the factor is refused", () => {
  expect(() => multiplicative({ initial: 1, factor: 0.9 as never })).toThrow(
    "multiplicative: option `factor` is 0.9; it must be a schedule: a function that takes 1 to a finite number",
  );
});
