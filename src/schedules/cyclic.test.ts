import fc from "fast-check";
import { expect, test } from "vitest";
import { type CyclicOptions, cyclic } from "./cyclic.ts";

const ends = { initial: 0.1, peak: 0.5 };

test("it goes up and down, as long down as up unless told otherwise", () => {
  const even = cyclic({ initial: 0.25, peak: 0.75, stepsUp: 2 });
  expect([1, 2, 3, 4, 5, 6, 7].map(even)).toEqual([0.25, 0.5, 0.75, 0.5, 0.25, 0.5, 0.75]);
  const steep = cyclic({ initial: 0, peak: 1, stepsUp: 1, stepsDown: 4 });
  expect([1, 2, 3, 4, 5, 6, 7].map(steep)).toEqual([0, 1, 0.75, 0.5, 0.25, 0, 1]);
});

test("triangular2 halves the height from cycle to cycle, expRange shrinks it at every update", () => {
  const height = (options: CyclicOptions, step: number) => cyclic(options)(step) - 0.1;
  const halving: CyclicOptions = { ...ends, stepsUp: 2, mode: "triangular2" };
  expect([3, 7, 11].map((step) => height(halving, step))).toEqual([
    expect.closeTo(0.4, 15),
    expect.closeTo(0.2, 15),
    expect.closeTo(0.1, 15),
  ]);
  const shrinking: CyclicOptions = { ...ends, stepsUp: 2, mode: "expRange", gamma: 0.5 };
  expect(height(shrinking, 3)).toBeCloseTo(0.1, 15);
  expect(height(shrinking, 7)).toBeCloseTo(0.4 / 2 ** 6, 15);
});

test("it stays between its ends and starts every cycle at the first, at both ends exactly", () => {
  const end = fc.double({ min: -10, max: 10, noNaN: true });
  const length = fc.integer({ min: 1, max: 1000 });
  const cycle = fc.integer({ min: 0, max: 1e9 });
  fc.assert(
    fc.property(end, end, length, length, cycle, (initial, peak, stepsUp, stepsDown, n) => {
      const schedule = cyclic({ initial, peak, stepsUp, stepsDown });
      const start = n * (stepsUp + stepsDown);
      // Either zero serves for a zero.
      expect(schedule(start + 1) === initial).toBe(true);
      expect(schedule(start + 1 + stepsUp) === peak).toBe(true);
      const value = schedule(start + 1 + Math.floor(stepsUp / 2));
      expect(value).toBeGreaterThanOrEqual(Math.min(initial, peak));
      expect(value).toBeLessThanOrEqual(Math.max(initial, peak));
    }),
    { seed: 1 },
  );
});

test("upside down it is PyTorch's cycle of the momentum", () => {
  const momentum = cyclic({ initial: 0.9, peak: 0.8, stepsUp: 2 });
  expect(momentum(1)).toBe(0.9);
  expect(momentum(2)).toBeCloseTo(0.85, 15);
  expect(momentum(3)).toBe(0.8);
});

test("a missing length is asked for by its own name", () => {
  expect(() => cyclic(JSON.parse('{ "initial": 0, "peak": 1 }'))).toThrow(
    "cyclic: option `stepsUp` is missing; it must be a whole number, 1 or more",
  );
  expect(() => cyclic(undefined as never)).toThrow("cyclic: takes an object with options");
  expect(() => cyclic({ ...ends, stepsUp: 1, mode: "exp_range" as never })).toThrow(
    'cyclic: option `mode` is "exp_range"; it must be one of "triangular", "triangular2", "expRange"',
  );
});
