import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Schedule, schedules } from "./index.ts";

type Name = keyof typeof schedules;
type Options = Readonly<Record<string, unknown>>;
type Part = readonly [name: Name, options: Options];

/** An entry of what `tests/reference/schedules.py` writes: PyTorch's or Optax's float64 values. */
interface Reference {
  readonly schedule: Name;
  readonly options: Options;
  /** The library's version and call. */
  readonly source: string;
  /** The value by the number of completed updates, `k`. */
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
      return [
        "polynomial",
        { initial: options["from"], final: options["to"], steps: options["steps"] },
      ];
    case "warmupCosine": {
      const { initial, peak, final, warmup, steps } = options as Record<string, number>;
      const decay: Part = ["cosine", { initial: peak, final, steps: steps! - warmup! }];
      return ["warmup", { steps: warmup, initial, to: decay }];
    }
    case "join": {
      const [[first, line], after, ...more] = options["schedules"] as [Part, Part];
      if (first !== "linear" || more.length > 0) return undefined;
      return ["warmup", { steps: line["steps"], initial: line["from"], to: after }];
    }
    default:
      return undefined;
  }
}

function make([name, options]: Part): Schedule {
  if (name === "constant") return schedules.constant(options["value"] as number);
  if (name === "join") {
    const parts = options["schedules"] as readonly Part[];
    return schedules.join(parts.map(make), options["boundaries"] as readonly number[]);
  }
  const factory = schedules[name] as (options: object) => Schedule;
  return factory(name === "warmup" ? { ...options, to: make(options["to"] as Part) } : options);
}

describe("agrees to 1e-12 with", () => {
  for (const { schedule: name, options, source, values } of references) {
    const schedule = make([name, options]);
    test(`${source}: ${schedule.name}`, () => {
      expect(Object.keys(values).length).toBeGreaterThan(3);
      for (const [k, expected] of Object.entries(values)) {
        const difference = Math.abs(schedule(Number(k) + 1) - expected);
        expect(difference, `k = ${k}`).toBeLessThanOrEqual(1e-12 * Math.abs(expected));
      }
    });
  }
});

test("every schedule in the registry has a reference", () => {
  const covered = new Set<string>(references.map((reference) => reference.schedule));
  expect(Object.keys(schedules).filter((name) => !covered.has(name))).toEqual([]);
});
