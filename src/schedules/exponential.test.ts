import { expect, test } from "vitest";
import { exponential } from "./exponential.ts";

test("the value is multiplied by gamma at every update", () => {
  const schedule = exponential({ initial: 1, gamma: 0.5 });
  expect([1, 2, 3, 11].map(schedule)).toEqual([1, 0.5, 0.25, 2 ** -10]);
});

test("steps stretches time, smoothly or as a staircase", () => {
  const options = { initial: 1, gamma: 0.25, steps: 4 };
  expect([1, 3, 5, 7].map(exponential(options))).toEqual([1, 0.5, 0.25, 0.125]);
  expect([1, 3, 5, 7].map(exponential({ ...options, staircase: true }))).toEqual([
    1, 1, 0.25, 0.25,
  ]);
});

test("a gamma above 1 grows, for a search of the learning rate", () => {
  const schedule = exponential({ initial: 1e-6, gamma: 1e6, steps: 100 });
  expect(schedule(101)).toBeCloseTo(1, 14);
});

test("a gamma of 0 is refused, where PyTorch stops and Optax stays", () => {
  expect(() => exponential({ initial: 1, gamma: 0 })).toThrow(
    "exponential: option `gamma` is 0; it must be a finite number above 0",
  );
});

test("a decay stops falling at the final value, and a growth rising", () => {
  const steps = [1, 2, 3, 4, 99, 2 ** 53];
  const decay = exponential({ initial: 1, gamma: 0.5, final: 0.2 });
  expect(steps.map(decay)).toEqual([1, 0.5, 0.25, 0.2, 0.2, 0.2]);
  const growth = exponential({ initial: 1, gamma: 2, final: 6 });
  expect(steps.map(growth)).toEqual([1, 2, 4, 6, 6, 6]);
});

test("without a final value nothing stops it, whatever the sign", () => {
  const two = (initial: number, gamma: number) => exponential({ initial, gamma })(3);
  expect([two(4, 0.5), two(-4, 0.5), two(0, 0.5)]).toEqual([1, -1, 0]);
  expect([two(1, 2), two(-1, 2), two(0, 2)]).toEqual([4, -4, 0]);
  expect([two(3, 1), two(-3, 1)]).toEqual([3, -3]);
});

test("downwards from below 0, a decay stops from below as well", () => {
  expect(exponential({ initial: -1, gamma: 0.5, final: -0.3 })(9)).toBe(-0.3);
});

test("an infinite final value is none where the value never gets there, and refused where it starts there", () => {
  expect(exponential({ initial: 1, gamma: 0.5, final: -Infinity })(3)).toBe(0.25);
  expect(exponential({ initial: 1, gamma: 2, final: Infinity })(3)).toBe(4);
  for (const [gamma, final] of [
    [0.5, Infinity],
    [2, -Infinity],
  ] as const) {
    expect(() => exponential({ initial: 1, gamma, final })).toThrow(
      `exponential: option \`final\` is ${final}; it would be reached at the first step`,
    );
  }
});
