import { expect, test } from "vitest";
import { tanh } from "./tanh.ts";

test("by default it starts within a millionth and ends from 0.0025 of the height", () => {
  const schedule = tanh({ initial: 1, steps: 10_000 });
  expect(1 - schedule(1)).toBeLessThan(1e-6);
  expect(1 - schedule(1)).toBeGreaterThan(0);
  expect(schedule(10_000)).toBeCloseTo(0.0025, 4);
  expect([10_001, 2 ** 53].map(schedule)).toEqual([0, 0]);
});

test("it never rises, and is above half the height as long as the tangent is below 0", () => {
  const schedule = tanh({ initial: 1, steps: 100 });
  for (let k = 1; k <= 101; k++) expect(schedule(k + 1)).toBeLessThanOrEqual(schedule(k));
  expect(schedule(70)).toBeGreaterThan(0.5);
  expect(schedule(72)).toBeLessThan(0.5);
});

test("bounds the wrong way round are refused", () => {
  expect(() => tanh({ initial: 1, steps: 10, lower: 3, upper: -6 })).toThrow(
    "tanh: option `lower` is 3; it must be below `upper` (-6)",
  );
});
