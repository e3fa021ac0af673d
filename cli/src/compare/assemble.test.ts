import type { Task } from "gradus/tasks";
import { expect, it } from "vitest";
import { parseRule, type RuleSpecification } from "../specification.ts";
import { tasks } from "../tasks/index.ts";
import { assemble } from "./assemble.ts";
import type { Outcome } from "./job.ts";

const [sgd, adam] = [parseRule("sgd"), parseRule("adam")] as const;

function outcome(rule: RuleSpecification, seed: number, end: number): Outcome {
  const points = { steps: [1, 10], seconds: [0, 1], loss: [2, end], metricSteps: [], metric: [] };
  return {
    job: { rule, lr: 0.1, seed, sweep: seed > 1000 },
    curves: { ...points, finalLoss: end, finalMetric: null, diverged: false, made: 10 },
    parameters: 1,
  };
}

const assembled = (...outcomes: readonly Outcome[]) => assembledOf(tasks["fashion-mlp"], outcomes);

const assembledOf = (task: Task, outcomes: readonly Outcome[]) =>
  assemble(outcomes, {
    ...{ task, command: "gradus", date: new Date(0), seconds: 1, timing: "" },
    ...{ options: { rules: [sgd, adam], steps: 10, batch: 1 }, choices: new Map() },
    learningRates: "",
  });

it("says which optimizers are shown by their tuning runs, if a sweep was stopped", () => {
  const stopped = assembled(
    outcome(sgd, 1001, 0.5),
    outcome(adam, 1001, 0.4),
    outcome(sgd, 1, 0.6),
  );
  expect(stopped.findings[0]).toBe(
    "The sweep ended early: adam is shown by the runs that chose the learning rate, which makes them look better.",
  );
  expect(stopped.findings.join(" ")).toContain("Not all of these were run on the same seeds");
});

it("does not say so if all runs were made", () => {
  const runs = [sgd, adam].flatMap((rule) => [outcome(rule, 1001, 0.5), outcome(rule, 1, 0.6)]);
  expect(assembled(...runs).findings.join(" ")).not.toMatch(/ended early|same seeds/);
});

it("mentions the Adam paper only for the paper's problems", () => {
  const outcomes = [outcome(sgd, 1, 0.6), outcome(adam, 1, 0.5)];
  for (const task of Object.values<Task>(tasks)) {
    expect(assembledOf(task, outcomes).findings.join(" "), task.name).toContain("Adam paper");
    const { isOfAdamPaper: _, ...another } = task;
    expect(assembledOf(another, outcomes).findings).toEqual([]);
  }
});
