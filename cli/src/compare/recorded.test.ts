import type { Task } from "gradus/tasks";
import { describe, expect, it } from "vitest";
import { comparisonFixture } from "../../../tests/report/fixture.ts";
import { figuresOf } from "../report/figures.ts";
import type { CompareOptions } from "./options.ts";
import { withRecordedSweep } from "./recorded.ts";

const fixture = comparisonFixture();
const comparison = { ...fixture, runs: fixture.runs.filter((run) => !run.sweep) };

const task = {
  defaults: { steps: 940, batch: 128, settings: { hidden: [200] } },
  sweep: {
    command: "gradus compare fashion-mlp --sweep",
    date: "2026-01-15T10:30:00Z",
    seeds: [1],
    steps: 940,
    rates: {
      sgd: { lr: 0.3, finalLoss: { "0.1": 0.5, "0.3": 0.4, "1": null } },
      unheard: { lr: 1, finalLoss: { "1": 1 } },
    },
  },
} as unknown as Task;

const options = {
  ...{ sweep: false, data: undefined, steps: 940, batch: 128, settings: { hidden: [200] } },
} as unknown as CompareOptions;

describe("withRecordedSweep", () => {
  it("shows the rates that were tried, with a ring around the compared one", () => {
    const shown = withRecordedSweep(comparison, task, options);
    const figure = figuresOf(shown).figures.find(({ id }) => id === "sweep")!;
    expect(figure.curves).toHaveLength(1);
    expect(figure.curves[0]).toMatchObject({
      x: [0.1, 0.3, 1],
      median: [0.5, 0.4, null],
      chosen: 1,
    });
    expect(shown.findings.at(-1)).toMatch(/15 January 2026.*: gradus compare fashion-mlp --sweep$/);
  });

  it.each([
    ["after other steps", { steps: 100 }],
    ["with another batch", { batch: 64 }],
    ["with other settings", { settings: { hidden: [100] } }],
    ["on other data", { data: "elsewhere" }],
    ["for a sweep", { sweep: true }],
  ])("shows nothing if the two cannot be compared: %s", (_, change) => {
    const other: CompareOptions = { ...options, ...change };
    expect(withRecordedSweep(comparison, task, other)).toBe(comparison);
  });
});
