import fc from "fast-check";
import { expect, test } from "vitest";
import { runs } from "../../tests/support/properties.ts";
import { cooldown } from "./cooldown.ts";
import { cosine } from "./cosine.ts";
import { exponential } from "./exponential.ts";
import { linear } from "./linear.ts";

const anneal = fc.constantFrom("linear", "cosine", "1-sqrt");
const rate = fc.double({ min: 1e-6, max: 1, noNaN: true });
const length = fc.integer({ min: 1, max: 500 });

test("it follows the schedule before, and leaves from where that is", () => {
  const before = exponential({ initial: 0.8, gamma: 0.5 });
  const schedule = cooldown({ initial: before, start: 2, steps: 4, final: 0.1, anneal: "linear" });
  expect([1, 2, 3].map(schedule)).toEqual([0.8, 0.4, 0.2]);
  expect(schedule(5)).toBeCloseTo(0.15, 15);
  expect([7, 8, 2 ** 53].map(schedule)).toEqual([0.1, 0.1, 0.1]);
});

test("from a number, its lines and cosines are those of linear and cosine", () => {
  fc.assert(
    fc.property(rate, rate, length, length, (initial, final, steps, step) => {
      const options = { initial, start: 0, steps, final };
      const line = linear({ initial, final, steps })(step);
      expect(cooldown({ ...options, anneal: "linear" })(step)).toBeCloseTo(line, 14);
      const wave = cosine({ initial, final, steps })(step);
      expect(cooldown({ ...options, anneal: "cosine" })(step)).toBe(wave);
    }),
    { seed: 1 },
  );
});

test("it goes one way between its ends, exact at both", () => {
  fc.assert(
    fc.property(rate, rate, fc.nat(50), length, anneal, (from, final, start, steps, way) => {
      const schedule = cooldown({ initial: from, start, steps, final, anneal: way });
      expect(schedule(start + 1)).toBe(from);
      expect(schedule(start + steps + 1)).toBe(final);
      const towards = Math.sign(final - from);
      for (let step = 1; step <= start + steps; step++) {
        expect((schedule(step + 1) - schedule(step)) * towards).toBeGreaterThanOrEqual(0);
      }
    }),
    { ...runs(50), seed: 2 },
  );
});

test("an unknown way down is refused", () => {
  const options = { initial: 1, start: 0, steps: 1, anneal: "sqrt" as never };
  expect(() => cooldown(options)).toThrow(
    'cooldown: option `anneal` is "sqrt"; it must be one of "linear", "cosine", "1-sqrt"',
  );
});
