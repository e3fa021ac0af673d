import { expect, test } from "vitest";
import { inverseSqrt } from "./inverseSqrt.ts";

test("it divides by the root of the step's number", () => {
  const schedule = inverseSqrt({ initial: 0.1 });
  expect([1, 2, 4, 100].map(schedule)).toEqual([0.1, 0.1 / Math.SQRT2, 0.05, 0.01]);
});

test("the learning rate that was given under another name is pointed out", () => {
  expect(() => inverseSqrt(JSON.parse('{ "lr": 0.1 }'))).toThrow(
    "inverseSqrt: unknown option `lr` (its options are initial)",
  );
});
