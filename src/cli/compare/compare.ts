/** `gradus compare` */
import { pathToFileURL } from "node:url";
import type { Task } from "../../tasks/task.ts";
import { exitCodes } from "../errors.ts";
import type { Comparison } from "../report/comparison.ts";
import { formatDuration } from "../report/format.ts";
import { createTerminal, type Terminal } from "../terminal.ts";
import { assemble } from "./assemble.ts";
import { type CompareOptions, type RawOptions, readOptions } from "./options.ts";
import { outputPaths, requireWritable, writeComparison, writeText } from "./output.ts";
import { type Rate, rateOf } from "./plan.ts";
import { barProgress, lineProgress, type Progress, silent } from "./progress.ts";
import { recordOf } from "./record.ts";
import { withRecordedSweep } from "./recorded.ts";
import { type Made, makeRuns } from "./runs.ts";
import { writeTable } from "./table.ts";
import { findTask, loadTask } from "./task-source.ts";

/**
 * Trains a task with several optimizers, prints a table and writes a report.
 *
 * @param name a built-in task, or a path to a module
 * @param command what was typed, for the report
 * @returns the exit code
 * @throws {UsageError} {CommandError} before anything is trained
 */
export async function compare(name: string, raw: RawOptions, command: string): Promise<number> {
  const date = new Date();
  const terminal = createTerminal(raw.quiet ?? false);
  const source = findTask(name);
  const task = await loadTask(source);
  const options = readOptions(raw, task);
  const paths = outputPaths(options.out, task.name, date);
  for (const path of [paths.report, options.record]) if (path !== undefined) requireWritable(path);
  const rates = options.rules.map((rule) => rateOf(rule, task, options));
  const untuned = options.sweep ? [] : rates.filter(({ origin }) => origin === "default");
  noteDefaults(untuned, task, terminal);

  const made = await makeRuns(source, options, rates, progressFor(raw, options, terminal));
  if (made.outcomes.length > 0) {
    const seconds = (Date.now() - date.getTime()) / 1000;
    const labels = untuned.map(({ rule }) => rule.label);
    const circumstances = { task, options, command, date, seconds, untuned: labels };
    const comparison = assemble(made.outcomes, circumstances);
    show(comparison, options, terminal);
    writeComparison(comparison, withRecordedSweep(comparison, task, options), paths);
    const write = options.json ? terminal.note : terminal.result;
    write(`Report: ${pathToFileURL(paths.report).href}`);
    if (options.record !== undefined && made.complete) {
      writeText(options.record, `${JSON.stringify(recordOf(comparison), null, 2)}\n`);
    }
  }
  return conclude(made, options, terminal);
}

function progressFor(raw: RawOptions, { rules }: CompareOptions, terminal: Terminal): Progress {
  if (raw.quiet) return silent;
  return terminal.interactive
    ? barProgress(rules.map(({ label }) => label))
    : lineProgress(terminal);
}

/** A rate that nobody tuned says little about its optimizer: that is worth a line. */
function noteDefaults(untuned: readonly Rate[], task: Task, terminal: Terminal): void {
  if (untuned.length === 0) return;
  const list = untuned.map(({ rule, lr }) => `${rule.label} ${lr}`).join(", ");
  terminal.note(
    `${task.name} has no tuned learning rate for these, their defaults are used: ${list}. ` +
      "--sweep finds better ones.",
  );
}

function show(comparison: Comparison, { json }: CompareOptions, terminal: Terminal): void {
  if (json) terminal.result(JSON.stringify(comparison));
  writeTable(comparison, terminal, json ? terminal.note : terminal.result);
}

/** The exit code; a line where not all is as it was asked for. */
function conclude(made: Made, options: CompareOptions, terminal: Terminal): number {
  const { outcomes, planned, error } = made;
  if (made.complete) {
    terminal.note(`${outcomes.length} runs in ${formatDuration(made.seconds)}.`);
    return exitCodes.done;
  }
  const kept = outcomes.length === 0 ? "nothing was written" : "the report has those";
  const count = `${outcomes.length} of ${planned} runs were finished; ${kept}`;
  if (error !== undefined) {
    if (outcomes.length > 0) terminal.note(count);
    throw error;
  }
  terminal.note(`Stopped: ${count}.`);
  if (options.record !== undefined) terminal.note(`${options.record} was not written.`);
  return exitCodes.interrupted;
}
