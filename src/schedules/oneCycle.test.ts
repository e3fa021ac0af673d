import { expect, test } from "vitest";
import { oneCycle } from "./oneCycle.ts";

test("it starts at peak / 25, turns at the peak and ends at the start / 1e4", () => {
  const schedule = oneCycle({ peak: 1, steps: 10 });
  expect(schedule(1)).toBe(1 / 25);
  expect(schedule(3)).toBe(1);
  expect(schedule(10)).toBe(1 / 25 / 1e4);
});

test("it holds the last value, where PyTorch raises an error", () => {
  const schedule = oneCycle({ peak: 1, steps: 10 });
  expect(schedule(11)).toBe(schedule(10));
  expect(schedule(2 ** 53)).toBe(schedule(10));
});

test("a turn between two updates stays between them", () => {
  // The turn is at k = 0.25 * 7 - 1 = 0.75, so that k = 1 is a 21st of the way from 0.75 to 6.
  const schedule = oneCycle({ peak: 1, steps: 7, warmupFraction: 0.25, finalDivisor: 1 });
  const down = 0.04 + (0.96 * (1 + Math.cos(Math.PI / 21))) / 2;
  expect(schedule(1)).toBe(0.04);
  expect(schedule(2)).toBeCloseTo(down, 15);
});

test("a turn before the first update starts on the way down, as in PyTorch", () => {
  // The turn is at k = -1, so that k = 0 is a quarter of the way down.
  const schedule = oneCycle({ peak: 1, steps: 4, warmupFraction: 0, finalDivisor: 1 });
  expect(schedule(1)).toBeCloseTo(0.04 + (0.96 * (1 + Math.SQRT1_2)) / 2, 15);
});

test("a turn on the first or the last update is finite", () => {
  const onFirst = oneCycle({ peak: 1, steps: 10, warmupFraction: 0.1 });
  expect([onFirst(1), onFirst(10)]).toEqual([1, 4e-6]);
  const onLast = oneCycle({ peak: 1, steps: 10, warmupFraction: 1 });
  expect([onLast(1), onLast(10), onLast(11)]).toEqual([0.04, 1, 1]);
  const onBoth = oneCycle({ peak: 1, steps: 1, warmupFraction: 1 });
  expect([onBoth(1), onBoth(2)]).toEqual([1, 1]);
});

test("divisors below 1 turn it over, for PyTorch's cycle of the momentum", () => {
  const steps = 20;
  const momentum = oneCycle({
    peak: 0.85,
    initialDivisor: 0.85 / 0.95,
    finalDivisor: 1,
    steps,
  });
  const turn = 0.3 * steps - 1;
  const down = (k: number) => 0.85 + (0.1 * (1 + Math.cos((Math.PI * k) / turn))) / 2;
  const up = (k: number) =>
    0.95 - (0.1 * (1 + Math.cos((Math.PI * (k - turn)) / (steps - 1 - turn)))) / 2;
  for (let k = 0; k < steps; k++) {
    expect(momentum(k + 1)).toBeCloseTo(k <= turn ? down(k) : up(k), 14);
  }
});

test("a fraction given as a percentage is refused", () => {
  expect(() => oneCycle({ peak: 1, steps: 10, warmupFraction: 30 })).toThrow(
    "oneCycle: option `warmupFraction` is 30; it must be a number from 0 to 1",
  );
});

test("straight lines meet the cosines at the turn and at the ends", () => {
  const options = { peak: 1, steps: 21, warmupFraction: 0.25 };
  const [wave, line] = [oneCycle(options), oneCycle({ ...options, anneal: "linear" })];
  for (const step of [1, 21, 22]) expect(line(step)).toBeCloseTo(wave(step), 15);
  expect(line(21)).toBe(1 / 25 / 1e4);
  const down = line(8) - line(7);
  for (let step = 8; step < 20; step++) expect(line(step + 1) - line(step)).toBeCloseTo(down, 14);
});

test("with three phases it comes down as long as it went up, then further", () => {
  const options = { peak: 1, steps: 20, warmupFraction: 0.3, threePhase: true } as const;
  const schedule = oneCycle({ ...options, anneal: "linear" });
  expect([1, 6, 11, 20].map(schedule)).toEqual([1 / 25, 1, 1 / 25, 1 / 25 / 1e4]);
  for (let step = 1; step < 6; step++) {
    expect(schedule(6 + step)).toBeCloseTo(schedule(6 - step), 14);
  }
});

test("three phases need time to come down", () => {
  const options = { peak: 1, steps: 20, threePhase: true };
  expect(() => oneCycle({ ...options, warmupFraction: 0.6 })).toThrow(
    "oneCycle: option `warmupFraction` is 0.6; with `threePhase` it must be at most 0.5, to come down again in time",
  );
  expect(oneCycle({ ...options, warmupFraction: 0.5 })(20)).toBe(1 / 25 / 1e4);
});
