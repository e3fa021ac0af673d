/** Puts the outcome of the runs together. */
import { cpus } from "node:os";
import type { Task } from "../../tasks/task.ts";
import { algorithmFacts } from "../algorithm.ts";
import type { Comparison, Run } from "../report/comparison.ts";
import { comparedGroups } from "../report/groups.ts";
import { findingsOf } from "./findings.ts";
import type { Outcome } from "./job.ts";
import type { CompareOptions } from "./options.ts";
import { LOSS_SMOOTHING } from "./train.ts";

/** What is known of a comparison besides its runs. */
export interface Circumstances {
  readonly task: Task;
  readonly options: Pick<CompareOptions, "rules" | "steps" | "batch" | "sweep">;
  readonly command: string;
  readonly date: Date;
  readonly seconds: number;
  /** The optimizers that ran at their default learning rates, which suit the task by luck only. */
  readonly untuned: readonly string[];
}

/** "Node 20.20, linux x64, 2 × AMD EPYC" */
function machineOf(): string {
  const all = cpus();
  const model = all[0]?.model.replace(/\s+/g, " ").trim() ?? "unknown processor";
  const version = process.versions.node.split(".").slice(0, 2).join(".");
  return `Node ${version}, ${process.platform} ${process.arch}, ${all.length} × ${model}`;
}

function runOf({ job, curves }: Outcome, sweep: boolean): Run {
  const { label } = job.rule;
  return { optimizer: label, algorithm: label, lr: job.lr, seed: job.seed, ...curves, sweep };
}

export function assemble(outcomes: readonly Outcome[], circumstances: Circumstances): Comparison {
  const { task, options, command, date, seconds, untuned } = circumstances;
  const runs = outcomes.map((outcome) => runOf(outcome, options.sweep));
  const comparison: Comparison = {
    version: 1,
    title: task.title,
    task: {
      name: task.name,
      summary: task.summary,
      parameters: outcomes[0]?.parameters ?? 0,
      steps: options.steps,
      batch: options.batch,
      lossName: `training ${task.lossName}`,
      lossSmoothing: LOSS_SMOOTHING,
      metricName: task.metricName,
      metricFormat: task.metricFormat ?? "number",
    },
    machine: machineOf(),
    date: date.toISOString(),
    command,
    seconds,
    lossTarget: null,
    runs,
    algorithms: [],
    findings: [],
  };
  const algorithms = comparedGroups(comparison).map(({ algorithm, lr }) =>
    algorithmFacts(options.rules.find(({ label }) => label === algorithm)!, lr),
  );
  return { ...comparison, algorithms, findings: findingsOf(comparison, untuned) };
}
