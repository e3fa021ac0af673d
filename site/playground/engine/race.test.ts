/** Whether races are what the library computes, the same for the same seed, and end where they must. */
import {
  adam,
  noisySgd,
  optimize,
  optimizers,
  parameters,
  type Rule,
  scheduleFreeSgd,
  sgd,
} from "gradus";
import { describe, expect, it } from "vitest";
import { differentiate, evaluate } from "../../../formulas/evaluate.ts";
import { landscapes } from "../../../formulas/landscapes.ts";
import { parseFormula } from "../../../formulas/parse.ts";
import { type Entry, initialState, type State } from "../state.ts";
import { type Part, Race } from "./race.ts";
import { sweep, tune, withRate } from "./sweep.ts";
import { bestOf } from "./tried.ts";

const library = (name: string, options = {}): Entry => ({ kind: "library", name, options });

function raced(change: Partial<State>): { readonly parts: readonly Part[]; readonly race: Race } {
  const race = new Race({ ...initialState, steps: 50, ...change });
  const parts = race.advance(Number.POSITIVE_INFINITY);
  race.dispose();
  return { parts, race };
}

/** The same by the library alone. */
function alone(
  rule: Rule,
  surface: string,
  start: readonly [number, number],
  steps: number,
): number[] {
  const expression = parseFormula({ what: "function", text: landscapes[surface]!.formula });
  const { p } = parameters({ p: [2] }, { type: "float64" });
  p.data.set(start);
  const optimizer = optimize({ p }, rule, { threads: 1, seed: 1 });
  const rows: number[] = [];
  for (let step = 0; step <= steps; step++) {
    const [x, y] = [...optimizer.evaluate(() => p.data.slice())] as [number, number];
    rows.push(evaluate(expression, { x, y }), x, y);
    const { value: loss, slopes } = differentiate(expression, { x: p.data[0]!, y: p.data[1]! }, [
      "x",
      "y",
    ]);
    optimizer.step({ p: [...slopes] }, { loss });
  }
  optimizer.dispose();
  return rows;
}

describe("a race", () => {
  it.each([
    ["adam", { lr: 0.05 }, adam({ lr: 0.05 }), "rosenbrock"],
    ["sgd", { lr: 0.001, momentum: 0.9 }, sgd({ lr: 0.001, momentum: 0.9 }), "himmelblau"],
    // It evaluates other weights than it steps.
    ["scheduleFreeSgd", { lr: 0.01 }, scheduleFreeSgd({ lr: 0.01 }), "saddle"],
    // It draws.
    ["noisySgd", { lr: 0.01 }, noisySgd({ lr: 0.01 }), "bowl"],
  ] as const)(
    "of %s has the numbers of the library, to the bit",
    (name, options, rule, surface) => {
      const { x, y } = landscapes[surface]!.start;
      const start = [x!, y!] as const;
      const { parts } = raced({
        entries: [library(name, options)],
        ground: { kind: "surface", surface, start, noise: 0 },
      });
      expect([...parts[0]!.rows]).toEqual(alone(rule as Rule, surface, start, 50));
    },
  );

  it("takes every optimizer of the library", () => {
    for (const name of Object.keys(optimizers)) {
      const { parts, race } = raced({ entries: [library(name)], steps: 3 });
      expect(race.problems, name).toEqual([undefined]);
      expect(parts[0]!.rows, name).toHaveLength(4 * 3);
    }
  });

  it("gives all the same noise, which its seed decides", () => {
    const ground = { kind: "surface", surface: "bowl", start: [1, 1], noise: 3 } as const;
    const entries = [library("sgd", { lr: 0.01 }), library("sgd", { lr: 0.01 })];
    const { parts } = raced({ ground, entries });
    expect(parts[0]!.rows).toEqual(parts[1]!.rows);
    expect(raced({ ground, entries }).parts[0]!.rows).toEqual(parts[0]!.rows);
    expect(raced({ ground, entries, seed: 2 }).parts[0]!.rows).not.toEqual(parts[0]!.rows);
    // In one race more steps do not change those before them.
    const longer = raced({ ground, entries, steps: 80 }).parts[0]!.rows;
    expect(longer.slice(0, parts[0]!.rows.length)).toEqual(parts[0]!.rows);
  });

  it("is the same however it is divided", () => {
    const whole = raced({}).parts;
    const race = new Race({ ...initialState, steps: 50 });
    const pieces: number[][] = initialState.entries.map(() => []);
    while (!race.isOver) {
      for (const { entry, rows } of race.advance(7)) pieces[entry]!.push(...rows);
    }
    race.dispose();
    expect(pieces).toEqual(whole.map(({ rows }) => [...rows]));
  });

  it("ends for an optimizer whose value is no longer finite, and goes on for the others", () => {
    const entries = [library("sgd", { lr: 10 }), library("adam", { lr: 0.1 })];
    const { parts } = raced({ entries, steps: 400 });
    expect(parts[0]!.rows.length).toBeLessThan(401 * 3);
    expect(parts[0]!.rows.every(Number.isFinite)).toBe(true);
    expect(parts[1]!.rows).toHaveLength(401 * 3);
  });

  it("says of an entry why it cannot race, and races with the others", () => {
    const wrong: Entry = {
      kind: "rule",
      name: "mine",
      rule: "u = h",
      hyper: { lr: 0.1 },
      ranges: {},
      state: {},
    };
    const { race, parts } = raced({
      entries: [wrong, library("nonsense"), library("sgd", { lr: "x" as never }), library("adam")],
    });
    expect(race.problems).toEqual([
      "mine: line 1, column 5: unknown name `h`",
      "The library has no optimizer nonsense.",
      'sgd: `lr` must be a number in [0, inf) or a schedule, not the string "x"',
      undefined,
    ]);
    expect(parts.map(({ entry }) => entry)).toEqual([3]);
  });
});

describe("a sweep", () => {
  it("has the end values of nine rates around the middle one", () => {
    const entry = library("momentum");
    const tried = sweep(initialState, entry, 0.001);
    expect(tried.map(({ rate }) => rate)).toEqual([
      ...[1e-5, 3.2e-5, 1e-4, 3.2e-4, 1e-3, 3.2e-3, 0.01, 0.032, 0.1],
    ]);
    for (const { rate, value } of tried) {
      const { parts } = raced({ entries: [withRate(entry, rate)], steps: initialState.steps });
      const end =
        parts[0]!.rows.length === 3 * (initialState.steps + 1) ? parts[0]!.rows.at(-3)! : null;
      expect(value).toBe(end);
    }
    expect(tried.at(-1)!.value).toBeNull();
    expect(bestOf(tried)!.rate).toBe(3.2e-3);
  });

  it("goes on where the best is at its edge", () => {
    expect(tune(initialState, library("momentum"), 1e-7)).toBe(3.2e-3);
    // All diverge: the smallest that was tried.
    expect(tune(initialState, library("sgd"), 1e6)).toBe(1e4);
  });
});
