/** Writes the table of a comparison as text. */

import {
  formatInteger,
  formatMeasured,
  formatNumber,
  formatPercent,
} from "../../../charts/format.ts";
import { wrap } from "../../../src/rule/formula/text.ts";
import type { Comparison } from "../report/comparison.ts";
import type { Row } from "../report/row.ts";
import type { Spread } from "../report/statistics.ts";
import { type Summary, summaryOf } from "../report/summary.ts";
import { columns, type WriteLine } from "../terminal.ts";

const NONE = "–";

/** A column: its head, and its cell in a row. */
interface Column {
  readonly head: string;
  readonly cell: (row: Row) => string;
  readonly align?: "left";
}

function tableColumns({ task }: Comparison, { target, rows, seeds }: Summary): readonly Column[] {
  const metric =
    task.metricFormat === "percent" ? formatPercent : (value: number) => formatMeasured(value);
  const middle = (over: Spread | null, format: (value: number) => string, missing: string) =>
    over === null ? missing : format(over.median);
  const all: readonly (Column | false)[] = [
    { head: "optimizer", cell: ({ label }) => label, align: "left" },
    { head: "lr", cell: ({ lr }) => formatNumber(lr) },
    {
      head: `final ${task.lossName}`,
      cell: (row) =>
        middle(row.finalLoss, formatMeasured, row.divergedSeeds > 0 ? "diverged" : NONE),
    },
    seeds > 1 && { head: "over seeds", cell: rangeOf },
    rows.some((row) => row.finalMetric !== null) && {
      head: task.metricName,
      cell: (row) => middle(row.finalMetric, metric, NONE),
    },
    target !== null && {
      head: `steps to ${formatNumber(target)}`,
      cell: ({ stepsToTarget: steps }) => (steps === null ? NONE : formatInteger(steps)),
    },
    {
      head: "s / 1000 steps",
      cell: ({ secondsPer1000Steps: pace }) => (pace === null ? NONE : formatMeasured(pace, 3)),
    },
    {
      head: "state B / param",
      cell: ({ stateBytesPerParameter: bytes }) => (bytes === null ? NONE : String(bytes)),
    },
  ];
  return all.filter((column) => column !== false);
}

function rangeOf({ finalLoss, divergedSeeds }: Row): string {
  const failed = divergedSeeds > 0 ? ` (${divergedSeeds} diverged)` : "";
  if (finalLoss === null) return divergedSeeds > 0 ? failed.trim().slice(1, -1) : NONE;
  return `${formatMeasured(finalLoss.low)} – ${formatMeasured(finalLoss.high)}${failed}`;
}

/** The name of a chain, broken after a `+` if it is too long. */
const labelLines = (label: string, width: number): string[] =>
  wrap(label.replaceAll("+", "+ "), width).map((line) => line.replaceAll("+ ", "+"));

/** The same cells below each other, a block for each optimizer. */
function writeBlocks(
  shown: readonly Column[],
  rows: readonly Row[],
  width: number,
  write: WriteLine,
) {
  const [, ...values] = shown;
  rows.forEach((row, i) => {
    if (i > 0) write("");
    for (const line of labelLines(row.label, width)) write(line, "bold");
    for (const line of columns(values.map(({ head, cell }) => [head, cell(row)]))) {
      write(`  ${line}`);
    }
  });
}

/**
 * Writes the table, its sentences, and the findings.
 * @param width of the terminal in columns, if known
 */
export function writeTable(
  comparison: Comparison,
  write: WriteLine,
  width = Number.POSITIVE_INFINITY,
): void {
  const summary = summaryOf(comparison);
  const shown = tableColumns(comparison, summary);
  const body = summary.rows.map((row) => shown.map(({ cell }) => cell(row)));
  const lines = columns(
    [shown.map((column) => column.head), ...body],
    shown.map(({ align }) => align ?? "right"),
  );
  if (lines.some((line) => line.length > width)) writeBlocks(shown, summary.rows, width, write);
  else lines.forEach((line, i) => void (i === 0 ? write(line, "bold") : write(line)));
  write("");
  for (const line of comparison.findings.flatMap((finding) => wrap(finding, width))) write(line);
}
