import { expect, test } from "vitest";
import { cosine } from "./cosine.ts";
import { cosineWarmRestarts } from "./cosineWarmRestarts.ts";
import { join } from "./join.ts";

test("each period is a cosine of its own", () => {
  const schedule = cosineWarmRestarts({ initial: 0.5, final: 0.1, steps: 3, stepsFactor: 2 });
  const parts = [3, 6, 12].map((steps) => cosine({ initial: 0.5, final: 0.1, steps }));
  const joined = join(parts, [3, 9]);
  for (let step = 1; step <= 21; step++) expect(schedule(step)).toBeCloseTo(joined(step), 15);
});

test("gamma lowers the height above the final value from period to period", () => {
  const schedule = cosineWarmRestarts({ initial: 0.5, final: 0.1, steps: 4, gamma: 0.5 });
  expect(schedule(1)).toBe(0.5);
  expect(schedule(5)).toBeCloseTo(0.3, 15);
  expect(schedule(9)).toBeCloseTo(0.2, 15);
});

test("periods near 2^53 steps are found", () => {
  const schedule = cosineWarmRestarts({ initial: 1, steps: 1, stepsFactor: 2 });
  // The period of length 2^52 begins at k = 2^52 - 1.
  expect(schedule(2 ** 52)).toBe(1);
  expect(schedule(2 ** 52 + 2 ** 51)).toBeCloseTo(0.5, 12);
});

test("a fraction for the factor of the length is refused, where Keras takes one", () => {
  expect(() => cosineWarmRestarts({ initial: 1, steps: 10, stepsFactor: 1.5 })).toThrow(
    "cosineWarmRestarts: option `stepsFactor` is 1.5; it must be a whole number, 1 or more",
  );
});
