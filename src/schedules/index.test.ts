import { readdirSync, readFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runs } from "../../tests/support/properties.ts";
import * as index from "./index.ts";
import { type Schedule, schedules } from "./index.ts";

type Name = keyof typeof schedules;
const names = Object.keys(schedules) as Name[];

const value = fc.double({ min: -1e3, max: 1e3, noNaN: true });
const rate = fc.double({ min: 1e-9, max: 10, noNaN: true });
const gamma = fc.double({ min: 1e-3, max: 1, noNaN: true });
const steps = fc.integer({ min: 1, max: 100_000 });
const increasing = fc
  .uniqueArray(fc.integer({ min: 1, max: 1000 }), { maxLength: 5 })
  .map((counts) => counts.sort((a, b) => a - b));
/** Any step that a float64 can count, small ones and the ends often. */
const step = fc.oneof(
  fc.integer({ min: 1, max: 1000 }),
  fc.integer({ min: 1, max: 2 ** 53 - 1 }),
  fc.constant(2 ** 53),
);

const cosines = fc.record({ initial: rate, final: rate, steps }).map(schedules.cosine);

/** Any schedule of each kind; the type makes a new kind ask for its own. */
const arbitrary: { readonly [Key in Name]: fc.Arbitrary<Schedule> } = {
  constant: value.map(schedules.constant),
  inverseTime: fc
    .record({ initial: rate, decay: fc.double({ min: 0, max: 1e3, noNaN: true }), steps })
    .map(schedules.inverseTime),
  stepDecay: fc.record({ initial: rate, gamma, every: steps }).map(schedules.stepDecay),
  multiStep: fc.record({ initial: rate, gamma, milestones: increasing }).map(schedules.multiStep),
  exponential: fc
    .record({ initial: rate, gamma, steps, staircase: fc.boolean() })
    .map(schedules.exponential),
  polynomial: fc
    .record({
      initial: rate,
      final: rate,
      power: fc.double({ min: 0.1, max: 5, noNaN: true }),
      steps,
    })
    .map(schedules.polynomial),
  linear: fc.record({ initial: value, final: value, steps }).map(schedules.linear),
  inverseSqrt: fc.record({ initial: rate }).map(schedules.inverseSqrt),
  cosine: cosines,
  warmup: fc
    .record({ steps: fc.nat(1000), initial: rate, peak: fc.oneof(rate, cosines) })
    .map(schedules.warmup),
  warmupCosine: fc
    .record({ initial: rate, peak: rate, final: rate, warmup: fc.nat(1000), decay: steps })
    .map(({ decay, ...rest }) => schedules.warmupCosine({ ...rest, steps: rest.warmup + decay })),
  oneCycle: fc
    .record({ peak: rate, steps, warmupFraction: fc.double({ min: 0, max: 1, noNaN: true }) })
    .map(schedules.oneCycle),
  multiplicative: fc
    .record({ initial: rate, factor: gamma.map((base) => (k: number) => base ** (1 / k)) })
    .map(schedules.multiplicative),
  noam: fc.record({ modelSize: rate, warmup: steps, factor: rate }).map(schedules.noam),
  rex: fc.record({ initial: rate, final: rate, steps }).map(schedules.rex),
  tanh: fc
    .record({
      initial: rate,
      final: rate,
      steps,
      lower: fc.integer({ min: -9, max: 0 }),
      upper: fc.integer({ min: 1, max: 9 }),
    })
    .map(schedules.tanh),
  cosineWarmRestarts: fc
    .record({
      initial: rate,
      final: rate,
      steps,
      stepsFactor: fc.integer({ min: 1, max: 3 }),
      gamma,
    })
    .map(schedules.cosineWarmRestarts),
  cyclic: fc
    .record({
      initial: rate,
      peak: rate,
      stepsUp: steps,
      stepsDown: steps,
      mode: fc.constantFrom("triangular", "triangular2", "expRange"),
      gamma,
    })
    .map(schedules.cyclic),
  piecewise: fc
    .tuple(
      increasing,
      fc.array(value, { minLength: 6, maxLength: 6 }),
      fc.constantFrom("none", "linear", "cosine"),
    )
    .map(([boundaries, values, interpolate]) =>
      schedules.piecewise({
        values: values.slice(0, boundaries.length + 1),
        boundaries,
        interpolate,
      }),
    ),
  wsd: fc
    .record({
      initial: rate,
      peak: rate,
      final: rate,
      warmup: fc.nat(1000),
      decay: steps,
      stable: fc.nat(1000),
      anneal: fc.constantFrom("linear", "cosine", "1-sqrt"),
    })
    .map(({ stable, ...rest }) =>
      schedules.wsd({ ...rest, steps: rest.warmup + stable + rest.decay }),
    ),
  cooldown: fc
    .record({ initial: fc.oneof(rate, cosines), start: fc.nat(1000), steps, final: rate })
    .map(schedules.cooldown),
  scaled: fc.tuple(cosines, fc.oneof(rate, cosines)).map((parts) => schedules.scaled(...parts)),
  reduceOnPlateau: fc.record({ initial: rate, patience: fc.nat(3) }).map(schedules.reduceOnPlateau),
  join: fc
    .tuple(increasing, fc.array(cosines, { minLength: 6, maxLength: 6 }))
    .map(([boundaries, parts]) =>
      schedules.join(parts.slice(0, boundaries.length + 1), boundaries),
    ),
};

/** A product of as many factors as there were steps is not asked for more than a thousand. */
const stepFor = (name: Name) =>
  name === "multiplicative" ? fc.integer({ min: 1, max: 1000 }) : step;

describe.each(names)("%s", (name) => {
  test("is finite at every step up to 2^53", () => {
    fc.assert(
      fc.property(arbitrary[name], stepFor(name), (schedule, t) => {
        expect(schedule(t)).toSatisfy(Number.isFinite);
      }),
      { ...runs(250), seed: 1 },
    );
  });

  test("gives the same values in whatever order steps are asked for", () => {
    fc.assert(
      fc.property(
        arbitrary[name],
        fc.array(stepFor(name), { maxLength: 20 }),
        (schedule, asked) => {
          const forward = asked.map(schedule);
          const backward = asked.toReversed().map(schedule).toReversed();
          expect(backward).toEqual(forward);
        },
      ),
      { seed: 2 },
    );
  });

  test("is described by its name and options", () => {
    fc.assert(
      fc.property(arbitrary[name], (schedule) => {
        expect(schedule.name).toMatch(new RegExp(`^${name}\\([a-zA-Z]+ .*\\)$`));
      }),
      { ...runs(10), seed: 3 },
    );
  });

  test("has a file of its name, whose example is true", () => {
    const source = readFileSync(new URL(`${name}.ts`, import.meta.url), "utf8");
    const example = /@example\n \* ```ts\n([\s\S]*?) \* ```/.exec(source)?.[1];
    const lines = example!.split("\n").map((line) => line.replace(/^ \* /, ""));
    const context = createContext({ ...schedules });
    let claims = 0;
    for (const line of lines) {
      const result = runInContext(line, context);
      const claimed = /; \/\/ (.+)$/.exec(line)?.[1];
      if (claimed === undefined) continue;
      expect(result, line).toBeCloseTo(Number(claimed), 15);
      claims++;
    }
    expect(claims).toBeGreaterThan(1);
  });
});

describe("monotone", () => {
  const decreasing: readonly Name[] = [
    "inverseTime",
    "stepDecay",
    "multiStep",
    "exponential",
    "inverseSqrt",
  ];
  const laterIsNotMore = (schedule: Schedule, a: number, b: number) => {
    expect(schedule(Math.max(a, b))).toBeLessThanOrEqual(schedule(Math.min(a, b)));
  };

  test.each(decreasing)("%s never rises", (name) => {
    fc.assert(fc.property(arbitrary[name], step, step, laterIsNotMore), { ...runs(250), seed: 4 });
  });

  const between = ["cosine", "polynomial", "rex", "linear"] as const;
  test.each(between)("%s goes one way and stays between its ends", (name) => {
    const ends = fc.tuple(rate, rate).filter(([a, b]) => a !== b);
    fc.assert(
      fc.property(ends, steps, step, step, ([first, last], length, a, b) => {
        const schedule =
          name === "linear"
            ? schedules.linear({ initial: first, final: last, steps: length })
            : schedules[name]({ initial: first, final: last, steps: length });
        const [early, late] = [schedule(Math.min(a, b)), schedule(Math.max(a, b))];
        const towards = Math.sign(last - first);
        expect((late - early) * towards).toBeGreaterThanOrEqual(0);
        expect((early - first) * towards).toBeGreaterThanOrEqual(0);
        expect((last - late) * towards).toBeGreaterThanOrEqual(0);
        expect(schedule(1)).toBe(first);
        expect(schedule(length + 1)).toBe(last);
      }),
      { ...runs(250), seed: 5 },
    );
  });

  test("oneCycle rises to its turn and falls after it", () => {
    const length = 1000;
    fc.assert(
      fc.property(rate, fc.integer({ min: 1, max: length }), (peak, turn) => {
        const schedule = schedules.oneCycle({
          peak,
          steps: length,
          warmupFraction: turn / length,
        });
        for (let t = 2; t <= length; t++) {
          const rise = schedule(t) - schedule(t - 1);
          if (t <= turn) expect(rise).toBeGreaterThanOrEqual(0);
          else expect(rise).toBeLessThanOrEqual(0);
        }
      }),
      { ...runs(20), seed: 6 },
    );
  });
});

test("the registry and the exports hold the same schedules, one file each", () => {
  const { layerwiseDecay, ScheduleError, schedules: registry, ...exported } = index;
  expect(exported).toEqual(registry);
  const shared = [
    "blend",
    "describe",
    "index",
    "layerwiseDecay",
    "options",
    "schedule",
    "show",
    "stateful",
  ].map((name) => `${name}.ts`);
  const files = readdirSync(new URL(".", import.meta.url)).filter(
    (file) => !file.endsWith(".test.ts") && !shared.includes(file),
  );
  expect(files.sort()).toEqual(names.map((name) => `${name}.ts`).sort());
});
