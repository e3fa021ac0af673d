import { expect, test } from "vitest";
import { inverseSqrt } from "./inverseSqrt.ts";
import { warmup } from "./warmup.ts";

test("it divides by the root of the step's number", () => {
  const schedule = inverseSqrt({ initial: 0.1 });
  expect([1, 2, 4, 100].map(schedule)).toEqual([0.1, 0.1 / Math.SQRT2, 0.05, 0.01]);
});

test("the learning rate that was given under another name is pointed out", () => {
  expect(() => inverseSqrt(JSON.parse('{ "lr": 0.1 }'))).toThrow(
    "inverseSqrt: unknown option `lr` (its options are initial, timescale)",
  );
});

test("after a warm-up as long as its timescale, line and root count from the same origin", () => {
  const root = inverseSqrt({ initial: 0.3, timescale: 25 });
  const schedule = warmup({ steps: 25, peak: root });
  for (const k of [0, 5, 24]) expect(schedule(k + 1)).toBeCloseTo((0.3 * k) / 25, 15);
  for (const k of [25, 26, 100, 2500]) {
    expect(schedule(k + 1)).toBeCloseTo(0.3 * Math.sqrt(25 / k), 15);
  }
});
