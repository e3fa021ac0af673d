import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { optimizers } from "../../src/index.ts";
import { type OptimizerName, outcome } from "./convergence.ts";
import { type ProblemName, problems } from "./problems.ts";
import { settings } from "./settings.ts";

const names = Object.keys(optimizers) as OptimizerName[];

describe.each(Object.keys(problems) as ProblemName[])("%s", (problem) => {
  test.each(names)("%s ends below the target, or has a reason not to", (optimizer) => {
    const setting = settings[problem][optimizer];
    const [, , obstacle] = setting;
    const { final } = outcome(optimizer, problem, setting, false);
    expect(final <= problems[problem].target).toBe(obstacle === undefined);
  });

  test("does not start there, nor end there by itself", () => {
    const { excess, target, problem: source } = problems[problem];
    expect(excess(source.start)).toBeGreaterThan(10 * target);
    expect(outcome("sgd", problem, [{ lr: 0 }, 10]).final).toBe(excess(source.start));
  });

  test("has the gradient of its value", () => {
    const { excess, problem: source } = problems[problem];
    const w = source.start.map((value, i) => value + 0.1 * Math.sin(i + 1));
    const gradient = new Float64Array(w.length);
    // Batches of logistic regression make up its value in the mean: 20 of them are an epoch.
    const batches = 20;
    const sum = new Float64Array(w.length);
    for (let step = 1; step <= batches; step++) {
      source.gradient(Float64Array.from(w), gradient, step);
      gradient.forEach((value, i) => {
        sum[i]! += value / batches;
      });
    }
    const moved = (i: number, by: number) => excess(w.map((v, k) => (k === i ? v + by : v)));
    for (const i of w.keys()) {
      // Central differences with a step of 1e-5: exact to about 1e-8 of values up to 25.
      const slope = (moved(i, 1e-5) - moved(i, -1e-5)) / 2e-5;
      expect(Math.abs(slope - sum[i]!)).toBeLessThan(1e-6 * (1 + Math.abs(slope)));
    }
  });
});

test("there are settings for nothing that does not exist", () => {
  for (const each of Object.values(settings)) {
    expect(Object.keys(each).sort()).toEqual([...names].sort());
  }
});

test("docs/convergence.md has all of them: see `npm run convergence`", () => {
  const page = readFileSync(new URL("../../docs/convergence.md", import.meta.url), "utf8");
  for (const problem of Object.keys(problems)) {
    const [, figures = ""] = page.split(new RegExp(`<!-- /?${problem} -->`));
    const rows = [...figures.matchAll(/^\| `(\w+)` \|/gm)].map((match) => match[1]!);
    expect(rows.sort()).toEqual([...names].sort());
  }
});
