import fc from "fast-check";
import { expect, test } from "vitest";
import { optimize, parameters, sgd } from "../index.ts";
import { type PlateauState, reduceOnPlateau } from "./reduceOnPlateau.ts";

const after = (schedule: ReturnType<typeof reduceOnPlateau>, metrics: readonly number[]) =>
  metrics.map((metric) => schedule.observe(metric));

test("it reduces once more than `patience` observations in a row were no better", () => {
  const schedule = reduceOnPlateau({ initial: 1, factor: 0.5, patience: 2 });
  expect(after(schedule, [1, 1, 1, 1, 1, 1, 1])).toEqual([1, 1, 1, 0.5, 0.5, 0.5, 0.25]);
  expect([1, 7, 2 ** 53].map(schedule)).toEqual([0.25, 0.25, 0.25]);
});

test("an optimizer steps with what it has come to", () => {
  const net = parameters({ w: [1] }, { type: "float64" });
  const lr = reduceOnPlateau({ initial: 1, factor: 0.5, patience: 0 });
  using optimizer = optimize(net, sgd({ lr }));
  const rates = [3, 2, 2, 2].map((loss) => {
    const { lr: used } = optimizer.step({ w: [1] });
    lr.observe(loss);
    return used;
  });
  expect(rates).toEqual([1, 1, 1, 0.5]);
  expect(net.w.data[0]).toBe(-3.5);
});

test("an improvement starts the count anew, one below the threshold does not", () => {
  const options = { initial: 1, factor: 0.5, patience: 1 };
  expect(after(reduceOnPlateau(options), [10, 11, 9, 11, 12])).toEqual([1, 1, 1, 1, 0.5]);
  const strict = { ...options, threshold: 0.2 };
  expect(after(reduceOnPlateau(strict), [10, 9, 8.5])).toEqual([1, 1, 0.5]);
  const difference = { ...strict, thresholdMode: "absolute" } as const;
  expect(after(reduceOnPlateau(difference), [10, 9, 8.9])).toEqual([1, 1, 1]);
});

test("more is better where the mode says so", () => {
  const schedule = reduceOnPlateau({ initial: 1, factor: 0.5, patience: 0, mode: "max" });
  expect(after(schedule, [0.5, 0.6, 0.7, 0.6])).toEqual([1, 1, 1, 0.5]);
});

test("nothing counts while it cools down", () => {
  const schedule = reduceOnPlateau({ initial: 1, factor: 0.5, patience: 0, cooldown: 2 });
  expect(after(schedule, [1, 1, 1, 1, 1])).toEqual([1, 0.5, 0.5, 0.5, 0.25]);
});

test("it stops at the minimum, and leaves out reductions of no account", () => {
  const schedule = reduceOnPlateau({ initial: 1, factor: 0.5, patience: 0, min: 0.3 });
  expect(after(schedule, [1, 1, 1, 1])).toEqual([1, 0.5, 0.3, 0.3]);
  const coarse = reduceOnPlateau({ initial: 1, factor: 0.5, patience: 0, eps: 0.3 });
  expect(after(coarse, [1, 1, 1, 1])).toEqual([1, 0.5, 0.5, 0.5]);
});

test("a metric that is not finite is no improvement, and no number an error", () => {
  const schedule = reduceOnPlateau({ initial: 1, factor: 0.5, patience: 1 });
  expect(after(schedule, [2, NaN, -Infinity, 3])).toEqual([1, 1, 0.5, 0.5]);
  expect(() => schedule.observe("0.3" as never)).toThrow(
    'reduceOnPlateau: observed "0.3"; a metric must be a number',
  );
});

test("resumed from JSON at any time, it goes on as if it had not stopped", () => {
  const metrics = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 40 });
  const options = fc.record({
    initial: fc.constant(1),
    patience: fc.nat(3),
    cooldown: fc.nat(3),
    threshold: fc.constantFrom(0, 0.3),
  });
  fc.assert(
    fc.property(options, metrics, metrics, (given, before, rest) => {
      const first = reduceOnPlateau(given);
      after(first, before);
      const second = reduceOnPlateau(given);
      second.restore(JSON.parse(JSON.stringify(first.state())));
      expect(after(second, rest)).toEqual(after(first, rest));
      expect(second.state()).toEqual(first.state());
    }),
    { seed: 1 },
  );
});

test("its state is a copy, taken before anything changes it", () => {
  const schedule = reduceOnPlateau({ initial: 1, patience: 0 });
  expect(schedule.state()).toEqual({ value: 1, best: null, bad: 0, cooldown: 0 });
  const state = schedule.state() as { value: number };
  state.value = 9;
  expect(schedule(1)).toBe(1);
});

test("what is no state is refused, and leaves it as it was", () => {
  const schedule = reduceOnPlateau({ initial: 1 });
  schedule.observe(3);
  const restore = (state: unknown) => () => schedule.restore(state as PlateauState);
  expect(restore({ value: 1, best: 2, bad: 0 })).toThrow(
    "reduceOnPlateau.restore: option `cooldown` is missing; it must be a whole number, 0 or more",
  );
  expect(restore({ value: null, best: 2, bad: 0, cooldown: 0 })).toThrow("option `value` is null");
  expect(restore(undefined)).toThrow("takes an object with options (value, best, bad, cooldown)");
  expect(schedule.state()).toEqual({ value: 1, best: 3, bad: 0, cooldown: 0 });
});

test("metrics below 0 plateau as those above do: by the threshold's share of their magnitude", () => {
  const same = reduceOnPlateau({ initial: 1, patience: 2 });
  const values = [-1, -1, -1, -1].map((metric) => same.observe(metric));
  expect(values).toEqual([1, 1, 1, 0.1]);
  const strict = { initial: 1, patience: 0, threshold: 0.1 };
  const two = (first: number, second: number, options: object = {}) => {
    const schedule = reduceOnPlateau({ ...strict, ...options });
    schedule.observe(first);
    return schedule.observe(second);
  };
  expect([-0.95, -1, -1.05, -1.11].map((metric) => two(-1, metric))).toEqual([0.1, 0.1, 0.1, 1]);
  const up = { mode: "max" };
  expect([-1.05, -1, -0.95, -0.89].map((metric) => two(-1, metric, up))).toEqual([
    0.1, 0.1, 0.1, 1,
  ]);
  expect(two(0, -1e-9)).toBe(1);
  expect(two(0, 0)).toBe(0.1);
});

test("with `factor` the bar is PyTorch's, above the best metric where that is below 0", () => {
  const torch = { initial: 1, patience: 0, threshold: 0.1, thresholdMode: "factor" } as const;
  const two = (first: number, second: number) => {
    const schedule = reduceOnPlateau(torch);
    schedule.observe(first);
    return schedule.observe(second);
  };
  expect([two(-1, -1), two(-1, -0.95), two(-1, -0.9), two(-1, -0.89)]).toEqual([1, 1, 0.1, 0.1]);
  expect([two(1, 0.95), two(1, 0.89)]).toEqual([0.1, 1]);
});

test("a factor that is none is refused", () => {
  expect(() => reduceOnPlateau({ initial: 1, factor: 1 })).toThrow(
    "reduceOnPlateau: option `factor` is 1; it must be a number above 0 and below 1",
  );
});
