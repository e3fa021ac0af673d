/** `gradus train` */
import { join, relative, resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { type CheckpointFolder, checkpoints, saveCheckpoint } from "gradus/checkpoint";
import type { Task } from "gradus/tasks";
import { formatNumber, formatPercent } from "../../../charts/format.ts";
import { requireRule } from "../algorithm.ts";
import { requireAsked } from "../asked.ts";
import { assemble } from "../compare/assemble.ts";
import type { Job, Setup } from "../compare/job.ts";
import { countOf } from "../compare/options.ts";
import { newFolder, outputPaths, writeComparison } from "../compare/output.ts";
import { type Rate, rateOf } from "../compare/plan.ts";
import { readRecorded } from "../compare/points.ts";
import { type Prepared, type Preparing, preparing, type Sharing } from "../compare/prepare.ts";
import { barProgress, lineProgress, type Progress, silent } from "../compare/progress.ts";
import { choicesOf, choicesText } from "../compare/rate-choices.ts";
import { namingTask, resumedTask } from "../compare/resumed-task.ts";
import { findTask, loadTask } from "../compare/task-source.ts";
import { TrainingRun } from "../compare/train.ts";
import { exitCodes, UsageError } from "../errors.ts";
import { quoted } from "../quote.ts";
import { launch } from "../ranks/launch.ts";
import { findRanks, type Ranks } from "../ranks/ranks.ts";
import { synchronizeRun } from "../ranks/synchronize.ts";
import { threadsOf } from "../ranks/threads.ts";
import { RunFolder } from "../run-folder.ts";
import { parseRule } from "../specification.ts";
import { listenForStop, type Stop, signalOfExitCode } from "../stopping.ts";
import { barIsGone, createTerminal, type Terminal } from "../terminal.ts";
import { type RawOptions, readOptions, requireOnlyResume, withoutOption } from "./options.ts";
import { type AskedTraining, type Place, placeOf } from "./place.ts";
import { isFinished, madeBy } from "./weights.ts";

/** The files of a run's folder. */
const files = { checkpoints: "checkpoints", weights: "weights.safetensors" };

/** Milliseconds between the pauses, each at the end of a step, in which signals are received. */
const patience = 50;

/**
 * Trains a task once, with checkpoints, and writes weights and a report.
 *
 * @param name a built-in task, or a path to a module; undefined if a run resumes
 * @param command what was typed, for the report
 * @returns the exit code
 * @throws {UsageError} {CommandError} before anything is trained
 */
export async function trainTask(
  name: string | undefined,
  raw: RawOptions,
  command: string,
): Promise<number> {
  const ranks = await findRanks();
  try {
    const code = await trainOn(ranks, name, raw, command);
    const signal = signalOfExitCode(code);
    if (signal !== undefined) ranks?.endBy(signal);
    return code;
  } catch (error) {
    ranks?.fail(error);
    throw error;
  }
}

async function trainOn(
  ranks: Ranks | undefined,
  name: string | undefined,
  raw: RawOptions,
  command: string,
): Promise<number> {
  const terminal = createTerminal(raw.quiet ?? false);
  if (raw.ranks !== undefined && ranks === undefined) {
    const count = countOf("--ranks", raw.ranks, 1);
    return launch(count, withoutOption(process.argv.slice(2), "--ranks"), terminal);
  }
  const named = name ?? raw.task;
  if (raw.resume !== undefined) return goOn(raw.resume, named, raw, terminal, ranks);
  if (named === undefined) throw new UsageError("which task? `gradus list` shows them");
  const date = new Date();
  const source = findTask(named);
  const task = await loadTask(source);
  const { lr: given, ...options } = readOptions(raw, task);
  const rates = given === undefined ? new Map() : new Map([[options.rule, given]]);
  const { lr } = rateOf(options.rule, task, rates);
  requireRule(options.rule, lr);
  const data = options.data === undefined ? undefined : resolve(options.data);
  const asked: AskedTraining = {
    ...{ version: 1, kind: "train", command, date: date.toISOString(), task: source, lr },
    options: { ...options, data },
  };
  const path = raw.folder === undefined ? newFolder(task.name, date) : resolve(raw.folder);
  const runs = await preparing(setupOf(asked), sharingOf(asked, ranks));
  runs.check(jobOf(asked));
  const place = await placeOf(ranks, async () => ({
    folder: await RunFolder.begin(path, asked),
    asked,
  }));
  return using(place, () => makeRun({ ...place, task, runs, terminal, ranks }));
}

const sharingOf = (
  { options: { shardState } }: AskedTraining,
  ranks: Ranks | undefined,
): Sharing | undefined => ranks && { ranks, shardState };

/** Resumes a stopped run. */
async function goOn(
  path: string,
  named: string | undefined,
  raw: RawOptions,
  terminal: Terminal,
  ranks: Ranks | undefined,
): Promise<number> {
  requireOnlyResume(raw);
  const place = await placeOf(ranks, () => RunFolder.resume<AskedTraining>(resolve(path), "train"));
  const { folder, asked } = place;
  return using(place, async () => {
    requireAsked(folder, asked);
    const source = await resumedTask(folder.path, asked.task, named);
    const rule = folder.naming(() => parseRule(asked.options.rule.label));
    const whole = { ...asked, task: source, options: { ...asked.options, rule } };
    const runs = await preparing(setupOf(whole), sharingOf(whole, ranks));
    folder.naming(() => runs.check(jobOf(whole)));
    return makeRun({ folder, asked: whole, task: await loadTask(source), runs, terminal, ranks });
  });
}

const jobOf = ({ options: { rule, seed }, lr }: AskedTraining): Job => ({
  ...{ rule, lr, seed, sweep: false },
});

const setupOf = ({ task, options }: AskedTraining): Setup => {
  const { data, steps, batch, microBatches, settings, kept } = options;
  return { task, data, steps, batch, microBatches, settings, kept };
};

async function using({ folder }: Place, act: () => Promise<number>): Promise<number> {
  try {
    return await act();
  } finally {
    folder.release();
  }
}

interface Making extends Place {
  readonly task: Task;
  readonly runs: Preparing;
  readonly terminal: Terminal;
  readonly ranks: Ranks | undefined;
}

async function makeRun({ folder, asked, task, runs, terminal, ranks }: Making): Promise<number> {
  const { steps, keep } = asked.options;
  const job = jobOf(asked);
  const weights = join(folder.path, files.weights);
  if (isFinished(weights, asked)) {
    terminal.note(`This run is finished: ${relative("", weights)}`);
    return exitCodes.done;
  }
  terminal.note(`Folder: ${relative("", folder.path)}`);
  // Listens until all is saved, so that a signal after the last step does not end the process.
  const heard = listenForStop();
  const { prepared, stop } = synchronizeRun(
    runs.prepare(job, ranks ? { threads: threadsOf(ranks) } : {}),
    heard,
    ranks,
  );
  const { training, optimizer } = prepared;
  try {
    const saved = checkpoints(join(folder.path, files.checkpoints), { keep });
    const resumed = saved.resume(optimizer);
    for (const { message } of resumed?.damaged ?? []) terminal.note(`Passed over: ${message}`);
    if (resumed !== undefined) terminal.note(`Continuing after step ${resumed.step}.`);
    const from = resumed && readRecorded(resumed.metadata["recorded"], steps, resumed.path);
    const run = new TrainingRun(training, optimizer, steps, from, prepared.movement);
    const progress = progressFor(job, terminal);
    await advance(run, saved, { asked, prepared, job, progress, terminal, stop, ranks });
    await barIsGone();
    if (stop.code !== undefined) {
      const words = ["gradus", "train", "--resume", relative("", folder.path)];
      words.push(...namingTask(asked.task));
      terminal.note(`Stopped after step ${run.step}. To continue: ${quoted(words)}`);
      return stop.code;
    }
    const end = async () => finish(folder, run, prepared, asked, task, terminal);
    if (ranks === undefined) {
      await end();
    } else {
      terminal.result(ranks.summary(run.recorded().elapsed, run.step));
      await ranks.onRankZero(end);
    }
    // Checks that no other file was written there meanwhile.
    isFinished(weights, asked);
    saveCheckpoint(weights, optimizer, { metadata: madeBy(asked) });
    terminal.result(`Weights: ${pathToFileURL(weights).href}`);
    return exitCodes.done;
  } finally {
    heard.dispose();
    optimizer.dispose();
  }
}

function progressFor(job: Job, terminal: Terminal): Progress {
  return terminal.quiet
    ? silent
    : terminal.interactive
      ? barProgress([job.rule.label])
      : lineProgress(terminal);
}

interface Advancing {
  readonly asked: AskedTraining;
  readonly prepared: Prepared;
  readonly job: Job;
  readonly progress: Progress;
  readonly terminal: Terminal;
  readonly stop: Pick<Stop, "code">;
  readonly ranks: Ranks | undefined;
}

/** Makes the remaining steps, with checkpoints, until the end or a signal. */
async function advance(
  run: TrainingRun,
  saved: CheckpointFolder,
  { asked, prepared, job, progress, terminal, stop, ranks }: Advancing,
): Promise<void> {
  const { steps, checkpointEvery } = asked.options;
  const { optimizer, parameters } = prepared;
  const save = () => void saved.save(optimizer, { metadata: { recorded: run.recorded() } });
  progress.expect([job], steps);
  let listened = performance.now();
  try {
    while (!run.ended) {
      const step = () => run.advance();
      const loss = ranks ? ranks.step(run.step + 1, step) : step();
      if (loss !== undefined) progress.progress(job, run.step, loss);
      if (run.ended) break;
      if (run.step % checkpointEvery === 0) {
        save();
        if (!terminal.interactive) terminal.note(`Step ${run.step} of ${steps}: saved.`);
      }
      if (performance.now() - listened > patience) {
        await setImmediate();
        listened = performance.now();
      }
      if (stop.code !== undefined) return save();
    }
    progress.done({ job, curves: run.curves(), parameters });
  } finally {
    progress.stop();
  }
}

/** Writes the report of the run, and says how it ended. */
function finish(
  folder: Place["folder"],
  run: TrainingRun,
  { parameters }: Prepared,
  asked: AskedTraining,
  task: Task,
  terminal: Terminal,
): void {
  const { options, lr, command, date } = asked;
  const { rule, seed } = options;
  const curves = run.curves();
  const own = rateOf(rule, task, new Map());
  const rate: Rate = own.lr === lr ? own : { rule, lr, origin: "given" };
  const choices = choicesOf([rate], task, { ...options, sweep: false });
  const comparison = assemble([{ job: jobOf(asked), curves, parameters }], {
    ...{ task, command, choices, date: new Date(date), seconds: run.recorded().elapsed },
    timing: "The time of a resumed run includes the time to start again.",
    learningRates: choicesText(choices, task, { seeds: [seed], tuningSeeds: [] }),
    options: { ...options, rules: [rule] },
    kept: options.kept,
  });
  for (const finding of comparison.findings) terminal.result(finding);
  const paths = outputPaths(undefined, folder.path);
  writeComparison(comparison, comparison, paths);
  const metric = curves.finalMetric;
  const format = task.metricFormat === "percent" ? formatPercent : formatNumber;
  terminal.result(
    curves.diverged
      ? `Diverged after step ${run.step}.`
      : `Step ${run.step}: training ${task.lossName} ${formatNumber(curves.finalLoss!)}${
          metric === null ? "" : `, ${task.metricName} ${format(metric)}`
        }`,
  );
  terminal.result(`Report: ${pathToFileURL(paths.report).href}`);
}
