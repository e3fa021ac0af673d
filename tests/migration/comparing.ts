/** Compares a line of our side with the recorded result of the other library's line (tests/reference/migration.py). */
import { expect } from "vitest";
import { optimize, parameters, type Rule, type Schedule } from "../../src/index.ts";
import inputs from "../reference/inputs.json" with { type: "json" };
import { evaluate } from "./code.ts";
import type { ComparedRow } from "./page.ts";

type Weights = Readonly<Record<"w" | "b", readonly number[]>>;
type Sampled = Readonly<Record<string, Weights>>;

/** The result of their line: weights after some steps, weights to evaluate, or a schedule's values. */
export interface Recorded {
  readonly weights?: Sampled;
  readonly evaluation?: Sampled;
  readonly values?: readonly number[];
}

/** An optimizer, or a wrapper of one. */
interface Stepping {
  step(gradients: unknown, inputs: { readonly loss: number }): unknown;
  evaluationWeights(): Record<"w" | "b", Float64Array>;
}

const startingNet = () => {
  const net = parameters({ w: [3, 4], b: [5] }, { type: "float64" });
  net.w.data.set(inputs.parameters.w);
  net.b.data.set(inputs.parameters.b);
  return net;
};

/** Relative to the larger of the number and its start: a parameter may pass through zero. */
function distance(found: ArrayLike<number>, expected: readonly number[], start: readonly number[]) {
  const errors = expected.map(
    (value, i) => Math.abs(found[i]! - value) / Math.max(Math.abs(value), Math.abs(start[i]!)),
  );
  return Math.max(...errors);
}

function compareSteps(
  made: Stepping | Rule,
  net: ReturnType<typeof startingNet>,
  row: ComparedRow,
  recorded: Recorded,
) {
  const optimizer: Stepping =
    "step" in made ? (made as Stepping) : (optimize(net, made as Rule) as never);
  const sampled = (recorded.weights ?? recorded.evaluation)!;
  inputs.gradients.forEach((gradients, index) => {
    const step = index + 1;
    // For rules that read a loss: that of `loss_at` in the generator.
    optimizer.step(gradients, { loss: 1 / step });
    if (sampled[step] === undefined) return;
    const averages = recorded.evaluation && optimizer.evaluationWeights();
    for (const key of ["w", "b"] as const) {
      const found = averages?.[key] ?? net[key].data;
      const error = distance(found, sampled[step][key], inputs.parameters[key]);
      expect(error, `${key} after ${step} steps`).toBeLessThanOrEqual(row.tolerance ?? 1e-12);
    }
  });
}

function compareValues(schedule: Schedule, values: readonly number[]) {
  const observe = (schedule as { observe?: (metric: number) => void }).observe;
  const found = values.map((_, k) => {
    const value = schedule(k + 1);
    // The metric of `metric_at` in the generator.
    observe?.call(schedule, 1 / Math.min(k + 1, 5));
    return value;
  });
  const largest = Math.max(...values.map(Math.abs));
  const errors = values.map((value, k) => Math.abs(found[k]! - value) / largest);
  expect(Math.max(...errors)).toBeLessThanOrEqual(1e-12);
}

/** Runs our side of a row, and fails unless its numbers are theirs. */
export function compareRow(row: ComparedRow, recorded: Recorded): void {
  const net = startingNet();
  const made = evaluate(row.ours, { net });
  if (recorded.values) {
    compareValues(made as Schedule, recorded.values);
  } else {
    compareSteps(made as Stepping | Rule, net, row, recorded);
  }
}
