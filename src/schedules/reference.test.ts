import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type PlateauSchedule, type Schedule, schedules } from "./index.ts";

type Name = keyof typeof schedules;
type Options = Readonly<Record<string, unknown>>;
type Part = readonly [name: Name, options: Options];

/** An entry of what `tests/reference/schedules.py` writes: PyTorch's or Optax's float64 values. */
interface Reference {
  readonly schedule: Name;
  readonly options: Options;
  /** The library's version and call. */
  readonly source: string;
  /** What was observed, by the schedule that observes. */
  readonly metrics?: readonly number[];
  /** The value by the number of completed updates, `k`, or of observed metrics. */
  readonly values: Readonly<Record<string, number>>;
}

const file = new URL("../../tests/reference/schedules.json", import.meta.url);
const recorded: readonly Reference[] = JSON.parse(readFileSync(file, "utf8"));
const references = [...recorded, ...recorded.flatMap(anotherWay)];

/** The same values must come from another schedule, where the libraries build one from the other. */
function anotherWay(reference: Reference): Reference[] {
  const rewritten = rewrite(reference.schedule, reference.options);
  if (rewritten === undefined) return [];
  const [schedule, options] = rewritten;
  return [{ ...reference, schedule, options }];
}

function rewrite(name: Name, options: Options): Part | undefined {
  switch (name) {
    case "stepDecay": {
      // The generator checks that Optax's staircase gives what StepLR does.
      const { every, ...rest } = options;
      return ["exponential", { ...rest, steps: every, staircase: true }];
    }
    case "linear":
      return ["polynomial", options];
    case "warmupCosine": {
      const { initial, peak, final, warmup, steps, exponent } = options as Record<string, number>;
      const decay: Part = ["cosine", { initial: peak, final, steps: steps! - warmup!, exponent }];
      return ["warmup", { steps: warmup, initial, peak: decay }];
    }
    case "join": {
      const [[first, line], after, ...more] = options["schedules"] as [Part, Part];
      if (first !== "linear" || more.length > 0) return undefined;
      return ["warmup", { steps: line["steps"], initial: line["initial"], peak: after }];
    }
    default:
      return undefined;
  }
}

const isPart = (value: unknown): value is Part =>
  Array.isArray(value) && Object.hasOwn(schedules, value[0]) && typeof value[1] === "object";

/** Options with the schedules in them made. */
function revive(value: unknown): unknown {
  if (isPart(value)) return make(value);
  return Array.isArray(value) ? value.map(revive) : value;
}

/** Those that take their options one by one, in the order of the file. */
const positional = new Set<Name>(["constant", "join", "scaled"]);

function make([name, options]: Part): Schedule {
  const made = Object.fromEntries(
    Object.entries(options).map(([option, value]) => [option, revive(value)]),
  );
  const factory = schedules[name] as (...given: unknown[]) => Schedule;
  return positional.has(name) ? factory(...Object.values(made)) : factory(made);
}

/** The value after `k` updates, or after the first `k` metrics. */
function valueAfter(k: number, part: Part, metrics: readonly number[] | undefined): number {
  const schedule = make(part);
  if (metrics === undefined) return schedule(k + 1);
  for (const metric of metrics.slice(0, k)) (schedule as PlateauSchedule).observe(metric);
  return schedule(1);
}

describe("agrees to 1e-12 with", () => {
  for (const { schedule: name, options, source, metrics, values } of references) {
    test(`${source}: ${make([name, options]).name}`, () => {
      expect(Object.keys(values).length).toBeGreaterThan(3);
      for (const [k, expected] of Object.entries(values)) {
        const difference = Math.abs(valueAfter(Number(k), [name, options], metrics) - expected);
        expect(difference, `k = ${k}`).toBeLessThanOrEqual(1e-12 * Math.abs(expected));
      }
    });
  }
});

test("every schedule in the registry has a reference", () => {
  const covered = new Set<string>(references.map((reference) => reference.schedule));
  expect(Object.keys(schedules).filter((name) => !covered.has(name))).toEqual([]);
});
