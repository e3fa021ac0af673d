import fc from "fast-check";
import { expect, test } from "vitest";
import { cosine } from "./cosine.ts";
import { exponential } from "./exponential.ts";
import type { Schedule } from "./schedule.ts";
import { warmup } from "./warmup.ts";

test("it leads to a number and stays there", () => {
  const schedule = warmup({ steps: 4, peak: 1 });
  expect([1, 2, 3, 4, 5, 6, 1e9].map(schedule)).toEqual([0, 0.25, 0.5, 0.75, 1, 1, 1]);
});

test("it leads to a schedule and follows it from its first step on", () => {
  const decay = exponential({ initial: 0.8, gamma: 0.5 });
  const schedule = warmup({ steps: 2, initial: 0.4, peak: decay });
  expect(schedule(1)).toBe(0.4);
  expect(schedule(2)).toBeCloseTo(0.6, 15);
  expect([3, 4, 5].map(schedule)).toEqual([0.8, 0.4, 0.2]);
});

test("0 steps leave the schedule as it is", () => {
  const decay = cosine({ initial: 0.1, steps: 10 });
  const schedule = warmup({ steps: 0, peak: decay });
  for (let step = 1; step < 15; step++) expect(schedule(step)).toBe(decay(step));
});

test("the last step of the warm-up is one slope away from the schedule's first value", () => {
  const options = fc.record({
    steps: fc.integer({ min: 1, max: 10_000 }),
    initial: fc.double({ min: 0, max: 1, noNaN: true }),
    peak: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(options, ({ steps, initial, peak }) => {
      const schedule = warmup({ steps, initial, peak: cosine({ initial: peak, steps: 100 }) });
      expect(schedule(steps + 1)).toBe(peak);
      expect(schedule(steps + 1) - schedule(steps)).toBeCloseTo((peak - initial) / steps, 14);
    }),
    { seed: 1 },
  );
});

test("a target that is neither a number nor a schedule is refused", () => {
  const allowed = "it must be a finite number, or a schedule: a function that takes 1 to a finite";
  const to = (value: unknown) => warmup({ steps: 1, peak: value as Schedule });
  expect(() => to("0.1")).toThrow(`warmup: option \`peak\` is "0.1"; ${allowed}`);
  expect(() => to(cosine)).toThrow(`warmup: option \`peak\` is cosine; ${allowed}`);
  expect(() => to(() => Infinity)).toThrow(`warmup: option \`peak\` is custom; ${allowed}`);
});
