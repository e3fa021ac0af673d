import { describe, expect, test } from "vitest";
import {
  aSchedule,
  bound,
  count,
  countOrZero,
  finite,
  flag,
  fraction,
  increasingCounts,
  notNegative,
  numberOrSchedule,
  oneOf,
  positive,
  readOptions,
  ScheduleError,
  share,
  someNumbers,
  someSchedules,
} from "./options.ts";
import type { Schedule } from "./schedule.ts";

interface Options {
  readonly initial: number;
  readonly every: number;
  readonly gamma?: number;
  readonly milestones?: readonly number[];
}

/** What plain JavaScript may pass: anything. */
function read(options: unknown): Required<Options> {
  return readOptions<Options>("demo", options as Options, {
    initial: { is: finite },
    every: { is: count },
    gamma: { is: positive, default: 0.5 },
    milestones: { is: increasingCounts, default: [3] },
  });
}

describe("readOptions", () => {
  test("fills in defaults, in the specification's order", () => {
    expect(Object.entries(read({ every: 2, initial: 1 }))).toEqual([
      ["initial", 1],
      ["every", 2],
      ["gamma", 0.5],
      ["milestones", [3]],
    ]);
  });

  test("takes an undefined option for one left out", () => {
    expect(read({ initial: 1, every: 2, gamma: undefined }).gamma).toBe(0.5);
    expect(() => read({ initial: undefined, every: 2 })).toThrow("option `initial` is missing");
  });

  test("copies arrays, so that the caller's may change", () => {
    const milestones = [1, 2];
    const options = read({ initial: 1, every: 2, milestones });
    milestones.push(3);
    expect(options.milestones).toEqual([1, 2]);
  });

  test("names the schedule, the option, the value and what is allowed", () => {
    expect(() => read({ initial: "0.1", every: 2 })).toThrow(
      new ScheduleError("demo", 'option `initial` is "0.1"; it must be a finite number'),
    );
    expect(() => read({ initial: 1 })).toThrow(
      new ScheduleError("demo", "option `every` is missing; it must be a whole number, 1 or more"),
    );
    expect(() => read({ initial: 1, every: 2.5 })).toThrow("demo: option `every` is 2.5;");
    expect(() => read({ initial: null, every: 2 })).toThrow("demo: option `initial` is null;");
  });

  test("suggests the option that a misspelt one was meant to be", () => {
    expect(() => read({ inital: 1, every: 2 })).toThrow(
      new ScheduleError(
        "demo",
        "unknown option `inital`; did you mean `initial`? (its options are initial, every, gamma, milestones)",
      ),
    );
    expect(() => read({ initial: 1, every: 2, GAMMA: 1 })).toThrow("did you mean `gamma`?");
    expect(() => read({ initial: 1, every: 2, milestone: [1] })).toThrow("mean `milestones`?");
  });

  test("suggests nothing for a name unlike any option", () => {
    expect(() => read({ T_max: 1 })).toThrow(
      new ScheduleError(
        "demo",
        "unknown option `T_max` (its options are initial, every, gamma, milestones)",
      ),
    );
  });

  test.each([[undefined], [null], [0.1], ["x"], [[1, 2]]])("refuses %j for options", (options) => {
    expect(() => read(options)).toThrow(
      /^demo: takes an object with options \(initial, every, gamma, milestones\), not /,
    );
  });

  test("does not take inherited names for options", () => {
    expect(() => read({ toString: 1, initial: 1, every: 2 })).toThrow("unknown option `toString`");
  });
});

const factory = (): Schedule => () => 1;
const always = (value: unknown) => () => value;
const notNumbers: readonly unknown[] = [
  NaN,
  Infinity,
  -Infinity,
  "1",
  null,
  1n,
  [1],
  true,
  always(1),
];
const beyondWhole = 2 ** 53;

test.each([
  ["finite", finite, [0, -1, 1e308, 5e-324], notNumbers],
  ["positive", positive, [5e-324, 1e308], [...notNumbers, 0, -1]],
  ["notNegative", notNegative, [0, 5e-324], [...notNumbers, -5e-324]],
  ["fraction", fraction, [0, 0.3, 1], [...notNumbers, -0.1, 1.1]],
  ["share", share, [5e-324, 0.3], [...notNumbers, 0, 1]],
  ["bound", bound, [0, -1, Infinity, -Infinity], [NaN, "1", null, true]],
  ["oneOf", oneOf(["min", "max"]), ["min", "max"], ["MIN", "", 0, null, ["min"]]],
  ["count", count, [1, 2 ** 53 - 1], [...notNumbers, 0, -1, 0.5, beyondWhole]],
  ["countOrZero", countOrZero, [0, 1], [...notNumbers, -1, 0.5, beyondWhole]],
  ["flag", flag, [true, false], [0, 1, "true", null]],
  [
    "increasingCounts",
    increasingCounts,
    [[], [1], [1, 2, 30]],
    [1, [0], [1.5], [2, 1], [1, 1], ["1"], Array(2), { length: 0 }],
  ],
  ["someNumbers", someNumbers, [[0], [-1, 2.5]], [1, [], [1, NaN], ["1"], Array(2), { length: 1 }]],
  ["aSchedule", aSchedule, [always(1)], [1, NaN, null, always(NaN), always("1"), factory]],
  [
    "numberOrSchedule",
    numberOrSchedule,
    [1, 0, always(1)],
    [NaN, "1", null, always(NaN), always("1"), factory],
  ],
  ["someSchedules", someSchedules, [[always(1)]], [[], [1], always(1), [always(1), 2], Array(2)]],
])("%s accepts what it says, and nothing else", (_, check, good, bad) => {
  for (const value of good) expect(check.accepts(value), String(value)).toBe(true);
  for (const value of bad) expect(check.accepts(value), String(value)).toBe(false);
});

test("an error inside a user's schedule is not taken for bad options", () => {
  const broken = () => {
    throw new TypeError("mine");
  };
  expect(() => numberOrSchedule.accepts(broken)).toThrow(new TypeError("mine"));
});

test("a ScheduleError is an Error with its own name", () => {
  const error = new ScheduleError("cosine", "is wrong");
  expect(error).toBeInstanceOf(Error);
  expect(String(error)).toBe("ScheduleError: cosine: is wrong");
});
