import { expect, test } from "vitest";
import { inverseTime } from "./inverseTime.ts";

test("it is Adagrad's lr / (1 + k * lrDecay) by default", () => {
  const schedule = inverseTime({ initial: 0.1, decay: 0.5 });
  expect([1, 2, 3, 7].map(schedule)).toEqual([0.1, 0.1 / 1.5, 0.1 / 2, 0.1 / 4]);
});

test("steps stretches time", () => {
  const schedule = inverseTime({ initial: 1, decay: 3, steps: 30 });
  expect([1, 11, 31].map(schedule)).toEqual([1, 0.5, 0.25]);
});

test("no decay is a constant", () => {
  expect(inverseTime({ initial: 0.1, decay: 0 })(1e9)).toBe(0.1);
});

test("a negative decay, which would divide by zero, is refused", () => {
  expect(() => inverseTime({ initial: 1, decay: -0.1 })).toThrow(
    "inverseTime: option `decay` is -0.1; it must be a finite number, 0 or more",
  );
  expect(() => inverseTime({ initial: 1, decay: 1, steps: 0 })).toThrow("option `steps` is 0");
});
