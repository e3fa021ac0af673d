/** Builds a comparison from the outcomes of its runs. */
import type { Task } from "gradus/tasks";
import { listed } from "../../../charts/format.ts";
import { algorithmFacts } from "../algorithm.ts";
import { machineText } from "../machine.ts";
import type { Comparison, Run } from "../report/comparison.ts";
import { comparedGroups } from "../report/groups.ts";
import { findingsOf } from "./findings.ts";
import type { Outcome } from "./job.ts";
import { type Kept, keptText } from "./kept.ts";
import { standstillOf } from "./movement.ts";
import type { CompareOptions } from "./options.ts";
import type { Choice } from "./rate-choices.ts";
import { LOSS_SMOOTHING } from "./train.ts";

/** The facts about a comparison other than its runs. */
export interface Circumstances {
  readonly task: Task;
  readonly options: Pick<CompareOptions, "rules" | "steps" | "batch">;
  readonly command: string;
  readonly date: Date;
  readonly seconds: number;
  /** How the seconds of the runs were measured. */
  readonly timing: string;
  /** How each learning rate was chosen, by label, and in words. */
  readonly choices: ReadonlyMap<string, Choice>;
  readonly learningRates: string;
  /** The type of the parameters, if it is not the task's own. */
  readonly kept?: Kept | undefined;
}

function runOf({ job: { rule, lr, seed, sweep }, curves }: Outcome): Run {
  return { optimizer: rule.label, algorithm: rule.label, lr, seed, ...curves, sweep };
}

/** If a sweep was stopped, an optimizer may be shown by the runs that chose its rate. */
function flattered(comparison: Comparison): string[] {
  const labels = comparedGroups(comparison)
    .filter(({ runs }) => runs.some(({ sweep }) => sweep))
    .map(({ label }) => label);
  return labels.length === 0
    ? []
    : [
        `The sweep ended early: ${listed(labels)} ${labels.length === 1 ? "is" : "are"} shown by the runs that chose the learning rate, which makes them look better.`,
      ];
}

export function assemble(outcomes: readonly Outcome[], circumstances: Circumstances): Comparison {
  const { task, options, command, date, seconds, timing, choices, learningRates } = circumstances;
  const { kept } = circumstances;
  const runs = outcomes.map(runOf);
  const comparison: Comparison = {
    version: 1,
    title: task.title,
    task: {
      name: task.name,
      summary: task.summary,
      parameters: outcomes[0]?.parameters ?? 0,
      steps: options.steps,
      batch: options.batch,
      ...(kept && { kept: keptText(kept) }),
      lossName: `training ${task.lossName}`,
      lossSmoothing: LOSS_SMOOTHING,
      metricName: task.metricName,
      metricFormat: task.metricFormat ?? "number",
    },
    machine: machineText(),
    date: date.toISOString(),
    command,
    seconds,
    timing,
    learningRates,
    lossTarget: null,
    runs,
    algorithms: [],
    findings: [],
  };
  const algorithms = comparedGroups(comparison).map(({ algorithm, lr }) =>
    algorithmFacts(options.rules.find(({ label }) => label === algorithm)!, lr),
  );
  // The paper says nothing about other problems.
  const paper = task.isOfAdamPaper ? findingsOf(comparison, choices) : [];
  const still = kept ? runs.flatMap(({ moved = [] }) => standstillOf(moved, kept) ?? []) : [];
  const findings = [...flattered(comparison), ...still, ...paper];
  return { ...comparison, algorithms, findings };
}
