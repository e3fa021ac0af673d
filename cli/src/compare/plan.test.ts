import { expect, it } from "vitest";
import { parseRule } from "../specification.ts";
import type { Outcome } from "./job.ts";
import { chosenRates, jobsOf, sweepJobs } from "./plan.ts";

const rule = parseRule("adam");

/** The outcome of a run of the sweep, with no loss if it diverged. */
function outcome(lr: number, seed: number, finalLoss: number | null): Outcome {
  const points = { steps: [], seconds: [], loss: [], metricSteps: [], metric: [] };
  const diverged = finalLoss === null;
  return {
    job: { rule, lr, seed, sweep: true },
    curves: { ...points, finalLoss, finalMetric: null, diverged, made: 1 },
    parameters: 1,
  };
}

it("tells runs of the sweep from those that are compared", () => {
  const rates = [{ rule, lr: 0.1, origin: "tuned" as const }];
  expect(sweepJobs(rates, [1001]).every(({ sweep }) => sweep)).toBe(true);
  expect(jobsOf(rates, [1])).toEqual([{ rule, lr: 0.1, seed: 1, sweep: false }]);
});

it("chooses the rate with the lowest median; for a rule that always diverged, the lowest rate", () => {
  const rates = [{ rule, lr: 1, origin: "default" as const }];
  const some = [
    ...[outcome(0.1, 1001, 0.5), outcome(0.1, 1002, 0.7), outcome(0.1, 1003, 0.6)],
    ...[outcome(1, 1001, 0.1), outcome(1, 1002, null), outcome(1, 1003, null)],
  ];
  expect(chosenRates(rates, some)).toEqual([{ rule, lr: 0.1 }]);
  const none = [outcome(0.1, 1001, null), outcome(0.01, 1001, null)];
  expect(chosenRates(rates, none)).toEqual([{ rule, lr: 0.01 }]);
});
