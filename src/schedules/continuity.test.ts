import fc from "fast-check";
import { expect, test } from "vitest";
import { cosine, type Schedule, schedules } from "./index.ts";

/** Those that claim no jump, with lengths that grow with `n`, each between 0 and 1. */
const continuous: Readonly<Record<string, (n: number) => Schedule>> = {
  linear: (n) => schedules.linear({ initial: 0.2, final: 1, steps: 9 * n }),
  inverseTime: (n) => schedules.inverseTime({ initial: 1, decay: 2, steps: n }),
  exponential: (n) => schedules.exponential({ initial: 1, gamma: 0.5, steps: n, final: 0.1 }),
  polynomial: (n) => schedules.polynomial({ initial: 1, steps: 9 * n, power: 2, kDecay: 1.5 }),
  inverseSqrt: (n) => schedules.inverseSqrt({ initial: 1, timescale: n }),
  noam: (n) => schedules.noam({ modelSize: 1 / n, warmup: n }),
  rex: (n) => schedules.rex({ initial: 1, final: 0.1, steps: 9 * n }),
  cosine: (n) => schedules.cosine({ initial: 1, steps: 9 * n, exponent: 2 }),
  cyclic: (n) => schedules.cyclic({ initial: 0, peak: 1, stepsUp: n, stepsDown: 2 * n }),
  expRange: (n) =>
    schedules.cyclic({ initial: 0, peak: 1, stepsUp: n, mode: "expRange", gamma: 0.5 ** (1 / n) }),
  triangular2: (n) => schedules.cyclic({ initial: 0, peak: 1, stepsUp: n, mode: "triangular2" }),
  oneCycle: (n) => schedules.oneCycle({ peak: 1, steps: 9 * n }),
  threePhase: (n) => schedules.oneCycle({ peak: 1, steps: 9 * n, threePhase: true }),
  piecewise: (n) =>
    schedules.piecewise({ values: [1, 0, 0.5], boundaries: [n, 9 * n], interpolate: "linear" }),
  warmup: (n) => schedules.warmup({ steps: n, peak: cosine({ initial: 1, steps: 8 * n }) }),
  warmupCosine: (n) => schedules.warmupCosine({ peak: 1, warmup: n, steps: 9 * n }),
  wsd: (n) => schedules.wsd({ peak: 1, warmup: n, decay: 3 * n, steps: 9 * n }),
  cooldown: (n) =>
    schedules.cooldown({ initial: cosine({ initial: 1, steps: 9 * n }), start: 4 * n, steps: n }),
};

function largestMove(schedule: Schedule, steps: number): number {
  const values = Array.from({ length: steps }, (_, i) => schedule(i + 1));
  return Math.max(...values.slice(1).map((value, i) => Math.abs(value - values[i]!)));
}

test.each(Object.keys(continuous))("%s has no jump", (name) => {
  const move = (n: number) => largestMove(continuous[name]!(n), 10 * n);
  // A jump would stay as it is. A root, which is the steepest, moves by 1 / sqrt(100) of its share.
  expect(move(2000)).toBeLessThan(move(20) / 9);
});

test.each(Object.keys(continuous))("%s stays from 0 to 1", (name) => {
  const asked = fc.tuple(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 10_000 }));
  fc.assert(
    fc.property(asked, ([n, step]) => {
      const value = continuous[name]!(n)(step);
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThanOrEqual(1);
    }),
    { seed: 1 },
  );
});

test("a staircase does jump", () => {
  const move = (n: number) =>
    largestMove(schedules.stepDecay({ initial: 1, every: n, gamma: 0.5 }), 10 * n);
  expect(move(2000)).toBe(move(20));
});
