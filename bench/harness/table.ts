/** Writes results as Markdown: the same text for the terminal and for the README. */
import type { Machine } from "./machine.ts";
import { table, three } from "./markdown.ts";
import { renderOverview } from "./overview.ts";
import type { CaseResult, Results, TargetResult } from "./results.ts";

function caseTable({ measurements, reference }: CaseResult): string {
  const rows = measurements.map((each) => [
    each.name,
    three(each.median),
    `${three(each.lowerQuartile)} to ${three(each.upperQuartile)}`,
    three(each.lowest),
    three(each.cpuMedian),
    each.name === reference ? "1" : three(each.ratio),
    each.name === reference ? "1" : three(each.cpuRatio),
    String(each.rounds),
  ]);
  const head = ["", "median, ms", "quartiles, ms", "best, ms", "CPU, ms", "ratio", "CPU ratio"];
  return table([...head, "rounds"], rows);
}

export function renderCase(result: CaseResult): string {
  const { group, name, unit, agreement, absences, facts = {} } = result;
  return [
    `### ${group}: ${name}`,
    ...(result.measurements.length > 0
      ? [`Milliseconds per ${unit}. Compared first: ${agreement}.`, caseTable(result)]
      : []),
    ...absences.map(({ name: absent, reason }) => `Absent: ${absent} (${reason}).`),
    ...Object.entries(facts).map(([fact, value]) => `${fact}: ${value}.`),
  ].join("\n\n");
}

function limitOf({ limit }: TargetResult): string {
  return limit === undefined ? "" : `at ${limit.at} ${Number(limit.value.toPrecision(4))}`;
}

function verdictOf({ holds }: TargetResult): string {
  return holds === undefined ? "stated" : holds ? "holds" : "missed";
}

export function renderTargets({ targets }: Results): string {
  const rows = targets.map((each) => [
    each.target,
    limitOf(each),
    three(each.measured),
    verdictOf(each),
    each.where ?? "",
  ]);
  return table(["target", "limit", "measured", "", "where"], rows);
}

function renderMachine({ processor, cores, cache, memoryGiB, system, load, ...engine }: Machine) {
  const gpu = engine.gpu === undefined ? "" : `${engine.gpu}; `;
  const last = cache === undefined ? "" : `, ${cache} of last-level cache`;
  return (
    `${gpu}${processor}, ${cores} cores${last}, ${memoryGiB} GiB, ${system}, ` +
    `Node ${engine.node} (V8 ${engine.v8}); load ${load.before.toFixed(1)} before, ` +
    `${load.after.toFixed(1)} after`
  );
}

/** The date, the machine and the versions. */
export function renderCircumstances({ date, commit, machine, versions }: Results): string {
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const about = `${date}, commit ${commit}. ${renderMachine(machine)}.`;
  return named.length > 0 ? `${about}\n\n${named.join("; ")}.` : about;
}

/** The overview and the targets. */
export function renderSummary(results: Results): string {
  const parts = [
    ["### Overview", renderOverview(results.cases)],
    ["### Targets", results.targets.length > 0 ? renderTargets(results) : ""],
  ];
  return parts
    .filter(([, text]) => text !== "")
    .flat()
    .join("\n\n");
}
