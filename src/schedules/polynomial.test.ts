import { expect, test } from "vitest";
import { polynomial } from "./polynomial.ts";

test("power 1 is a straight line to 0", () => {
  const schedule = polynomial({ initial: 1, steps: 4 });
  expect([1, 2, 3, 4, 5, 6].map(schedule)).toEqual([1, 0.75, 0.5, 0.25, 0, 0]);
});

test("power bends it and final shifts it", () => {
  const schedule = polynomial({ initial: 5, final: 1, power: 2, steps: 4 });
  expect([1, 2, 3, 4, 5, 1000].map(schedule)).toEqual([5, 3.25, 2, 1.25, 1, 1]);
});

test("a power of 0 or less, which never arrives, is refused", () => {
  expect(() => polynomial({ initial: 1, steps: 4, power: 0 })).toThrow(
    "polynomial: option `power` is 0; it must be a finite number above 0",
  );
});

test("k-decay bends the time", () => {
  const schedule = polynomial({ initial: 1, final: 0.2, steps: 10, power: 2, kDecay: 3 });
  expect(schedule(6)).toBeCloseTo(0.2 + 0.8 * (1 - 0.5 ** 3) ** 2, 15);
  expect([schedule(1), schedule(11), schedule(99)]).toEqual([1, 0.2, 0.2]);
});
