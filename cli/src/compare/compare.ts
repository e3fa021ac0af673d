/** `gradus compare` */
import { relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Task } from "gradus/tasks";
import { counted, formatDuration } from "../../../charts/format.ts";
import { requireRule } from "../algorithm.ts";
import { requireAsked } from "../asked.ts";
import { exitCodes, UsageError } from "../errors.ts";
import { quoted } from "../quote.ts";
import { findRanks, type Ranks } from "../ranks/ranks.ts";
import { endAssignedJobs, runAssignedJobs, SharedPool } from "../ranks/shared-pool.ts";
import { threadsOf } from "../ranks/threads.ts";
import type { Comparison } from "../report/comparison.ts";
import { type Asked, RunFolder } from "../run-folder.ts";
import { createTerminal, type Terminal } from "../terminal.ts";
import { assemble } from "./assemble.ts";
import {
  type CompareOptions,
  type KeptOptions,
  keptOptions,
  type RawOptions,
  readOptions,
  resumedOptions,
} from "./options.ts";
import { newFolder, outputPaths, requirePlaces, writeComparison } from "./output.ts";
import { type Rate, rateOf } from "./plan.ts";
import { type Entry, readEntries } from "./points.ts";
import { Pool } from "./pool.ts";
import { barProgress, lineProgress, type Progress, silent } from "./progress.ts";
import { type Choice, choicesOf, choicesText } from "./rate-choices.ts";
import { writeRecord } from "./record.ts";
import { withRecordedSweep } from "./recorded.ts";
import { namingTask, resumedTask } from "./resumed-task.ts";
import { type Made, makeRuns } from "./runs.ts";
import { writeTable } from "./table.ts";
import { findTask, loadTask, type TaskSource } from "./task-source.ts";
import { WARM_UP } from "./train.ts";

interface AskedComparison extends Asked {
  readonly kind: "compare";
  readonly task: TaskSource;
  readonly options: KeptOptions;
}

/**
 * Trains a task with several optimizers, prints a table and writes a report.
 *
 * @param name a built-in task, or a path to a module
 * @param command what was typed, for the report
 * @returns the exit code
 * @throws {UsageError} {CommandError} before anything is trained
 */
export async function compare(
  name: string | undefined,
  raw: RawOptions,
  command: string,
): Promise<number> {
  const ranks = await findRanks();
  if (ranks === undefined) return compareHere(name, raw, command);
  try {
    if (!ranks.isRankZero) {
      await runAssignedJobs(ranks);
      return exitCodes.done;
    }
    return await compareHere(name, raw, command, ranks);
  } finally {
    if (ranks.isRankZero) endAssignedJobs(ranks);
    // Waits for the other ranks: none is cut off when another one exits with an error.
    ranks.communicator[Symbol.dispose]();
  }
}

/** @param ranks the ranks that help, if this process is the first of several; undefined if it makes all runs itself */
async function compareHere(
  name: string | undefined,
  raw: RawOptions,
  command: string,
  ranks?: Ranks,
): Promise<number> {
  const named = name ?? raw.task;
  if (raw.resume !== undefined) return goOn(raw.resume, named, raw, ranks);
  if (named === undefined) throw new UsageError("which task? `gradus list` shows them");
  const date = new Date();
  const source = findTask(named);
  const task = await loadTask(source);
  const { out, record, rules, rates, data } = readOptions(raw, task);
  for (const rule of rules) requireRule(rule, rateOf(rule, task, rates).lr);
  // With --out, a folder beside the report keeps the finished runs until all are done.
  const path =
    out === undefined ? newFolder(task.name, date) : resolve(out.replace(/html$/, "run"));
  requirePlaces(outputPaths(out, path), record, path);
  const asked: AskedComparison = {
    ...{ version: 1, kind: "compare", command, date: date.toISOString(), task: source },
    options: keptOptions(data === undefined ? raw : { ...raw, data: resolve(data) }),
  };
  const folder = await RunFolder.begin(path, asked);
  return run(folder, { ...asked, options: raw }, task, raw, ranks);
}

/** Makes the missing runs of a comparison. */
async function goOn(
  path: string,
  named: string | undefined,
  raw: RawOptions,
  ranks?: Ranks,
): Promise<number> {
  const { folder, asked } = await RunFolder.resume<AskedComparison>(resolve(path), "compare");
  try {
    requireAsked(folder, asked);
    const source = await resumedTask(folder.path, asked.task, named);
    const task = await loadTask(source);
    const before = keptOptions(asked.options);
    folder.naming(() => readOptions(before, task));
    const options = resumedOptions(before, raw);
    requirePlaces(outputPaths(raw.out, folder.path), raw.record, folder.path);
    return await run(folder, { ...asked, task: source, options }, task, raw, ranks);
  } finally {
    folder.release();
  }
}
async function run(
  folder: RunFolder,
  {
    task: source,
    options: asked,
    command,
    date,
  }: Omit<AskedComparison, "options"> & { readonly options: RawOptions },
  task: Task,
  raw: RawOptions,
  ranks?: Ranks,
): Promise<number> {
  const terminal = createTerminal(raw.quiet ?? false);
  try {
    const options = withShare(readOptions(asked, task), raw, ranks);
    const paths = outputPaths(options.out, folder.path);
    const rates = options.rules.map((rule) => rateOf(rule, task, options.rates));
    const choices = choicesOf(rates, task, options);
    noteDefaults(rates, choices, task, terminal);

    const before = readEntries(folder.entries(), folder.journal);
    if (before.length > 0) {
      const are = before.length === 1 ? "is" : "are";
      terminal.note(`${counted(before.length, "run")} ${are} there already.`);
    }
    const start = performance.now();
    const elapsed = () => (before.at(-1)?.elapsed ?? 0) + (performance.now() - start) / 1000;
    const made = await makeRuns(
      source,
      options,
      rates,
      progressFor(raw, options, terminal),
      {
        known: before.map(({ outcome }) => outcome),
        add: (outcome) => folder.append({ outcome, elapsed: elapsed() } satisfies Entry),
      },
      (options) => (ranks ? new SharedPool(ranks, options) : new Pool(options)),
    );
    if (made.outcomes.length > 0) {
      const comparison = assemble(made.outcomes, {
        ...{ task, options, command, choices, date: new Date(date), seconds: elapsed() },
        timing: timingOf(options.jobs * (ranks?.communicator.size ?? 1)),
        learningRates: choicesText(choices, task, options),
      });
      show(comparison, options, terminal);
      writeComparison(comparison, withRecordedSweep(comparison, task, options), paths);
      const write = options.json ? terminal.note : terminal.result;
      write(`Report: ${pathToFileURL(paths.report).href}`);
      if (options.record !== undefined && made.complete) {
        writeRecord(options.record, comparison);
      }
    }
    const code = conclude(made, elapsed(), { options, source, folder, terminal });
    if (made.complete && options.out !== undefined) folder.remove();
    return code;
  } finally {
    folder.release();
  }
}

/** By default, each rank makes as many runs at a time as its share of the cores. */
const withShare = (
  options: CompareOptions,
  { jobs }: RawOptions,
  ranks: Ranks | undefined,
): CompareOptions =>
  ranks && jobs === undefined ? { ...options, jobs: threadsOf(ranks) } : options;

function progressFor(raw: RawOptions, { rules }: CompareOptions, terminal: Terminal): Progress {
  if (raw.quiet) return silent;
  return terminal.interactive
    ? barProgress(rules.map(({ label }) => label))
    : lineProgress(terminal);
}

/** Threads warm up before they measure, so that the order of the optimizers does not matter. */
function timingOf(jobs: number): string {
  const { steps, seconds } = WARM_UP;
  const most = jobs === 1 ? "One run at a time" : `Up to ${jobs} runs at the same time`;
  return `${most}; before its first run of an optimizer, a thread makes up to ${counted(steps, "step")} that are not counted, for at most ${counted(seconds, "second")}.`;
}

/** Notes the rates that are defaults: a rate that was not tuned says little about its optimizer. */
function noteDefaults(
  rates: readonly Rate[],
  choices: ReadonlyMap<string, Choice>,
  task: Task,
  terminal: Terminal,
): void {
  const untuned = rates.filter(({ rule }) => choices.get(rule.label) === "default");
  if (untuned.length === 0) return;
  const list = untuned.map(({ rule, lr }) => `${rule.label} ${lr}`).join(", ");
  terminal.note(
    `${task.name} has no tuned learning rate for these optimizers, so their defaults are used: ${list}. ` +
      "--sweep finds better rates.",
  );
}

function show(comparison: Comparison, { json }: CompareOptions, terminal: Terminal): void {
  if (json) terminal.document(JSON.stringify(comparison));
  writeTable(comparison, json ? terminal.note : terminal.result, terminal.width);
}

interface Concluding {
  readonly options: CompareOptions;
  readonly source: TaskSource;
  readonly folder: RunFolder;
  readonly terminal: Terminal;
}

/** Returns the exit code, and says what is missing if the comparison is not complete. */
function conclude(
  made: Made,
  seconds: number,
  { options, source, folder, terminal }: Concluding,
): number {
  const { outcomes, planned, stopped, error } = made;
  if (made.complete) {
    terminal.note(`${counted(outcomes.length, "run")} in ${formatDuration(seconds)}.`);
    return exitCodes.done;
  }
  const none = outcomes.length === 0;
  if (none) folder.remove();
  const { out, record } = options;
  const words = [
    ...["gradus", "compare", "--resume", relative("", folder.path), ...namingTask(source)],
    ...(out === undefined ? [] : ["--out", out]),
    ...(record === undefined ? [] : ["--record", record]),
  ];
  const count =
    `${outcomes.length} of ${counted(planned, "run")}${options.sweep ? " that were planned so far" : ""} ${planned === 1 ? "was" : "were"} finished; ` +
    (none ? "nothing was written" : `the report has those. The others: ${quoted(words)}`);
  if (error !== undefined) {
    if (!none) terminal.note(count);
    throw error;
  }
  terminal.note(`Stopped: ${count}${none ? "." : ""}`);
  if (record !== undefined) terminal.note(`${record} was not written.`);
  return stopped!;
}
