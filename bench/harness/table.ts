/** Results as Markdown: the same text for the terminal and for the README. */
import type { Machine } from "./machine.ts";
import type { CaseResult, Results } from "./results.ts";

type Row = readonly string[];

/** Pads the columns, so that the source reads as a table too; all but the first are numbers. */
function table(head: Row, rows: readonly Row[]): string {
  const widths = head.map((title, column) =>
    Math.max(3, title.length, ...rows.map((row) => row[column]!.length)),
  );
  const line = (cells: Row) => {
    const padded = cells.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
    );
    return `| ${padded.join(" | ")} |`;
  };
  const rule = widths.map((width, column) =>
    column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`,
  );
  return [line(head), line(rule), ...rows.map(line)].join("\n");
}

const three = (value: number): string =>
  value >= 1000 ? value.toFixed(0) : value.toPrecision(3).replace(/e\+?(-?\d+)$/, "e$1");

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
    `Milliseconds a ${unit}. Compared first: ${agreement}.`,
    caseTable(result),
    ...absences.map(({ name: absent, reason }) => `Absent: ${absent} (${reason}).`),
    ...Object.entries(facts).map(([fact, value]) => `${fact}: ${value}.`),
  ].join("\n\n");
}

export function renderTargets({ targets }: Results): string {
  const rows = targets.map(({ target, atMost, measured, holds }) => [
    target,
    atMost.toFixed(3),
    measured.toFixed(3),
    holds ? "holds" : "missed",
  ]);
  return table(["target", "at most", "measured", ""], rows);
}

function renderMachine({ processor, cores, cache, memoryGiB, system, load, ...engine }: Machine) {
  const last = cache === undefined ? "" : `, ${cache} of last-level cache`;
  return (
    `${processor}, ${cores} cores${last}, ${memoryGiB} GiB, ${system}, ` +
    `Node ${engine.node} (V8 ${engine.v8}); load ${load.before.toFixed(1)} before, ` +
    `${load.after.toFixed(1)} after`
  );
}

export function renderResults(results: Results): string {
  const versions = Object.entries(results.versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${results.date}, commit ${results.commit}. ${renderMachine(results.machine)}.`,
    versions.length > 0 ? `${versions.join("; ")}.` : "",
    ...results.cases.map(renderCase),
    "### Targets",
    renderTargets(results),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}
