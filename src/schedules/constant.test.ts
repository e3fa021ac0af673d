import { expect, test } from "vitest";
import { constant } from "./constant.ts";

test("the value is the same at every step", () => {
  const schedule = constant(0.1);
  expect([1, 2, 1000, 2 ** 53].map(schedule)).toEqual([0.1, 0.1, 0.1, 0.1]);
});

test("zero and negative values are allowed", () => {
  expect(constant(0)(1)).toBe(0);
  expect(constant(-1)(1)).toBe(-1);
});

test("a value that is no finite number is refused", () => {
  expect(() => constant(NaN)).toThrow(
    "constant: option `value` is NaN; it must be a finite number",
  );
});
