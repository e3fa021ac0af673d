/** Sets up training runs of a task. */
import { pathToFileURL } from "node:url";
import * as ownLibrary from "gradus";
import type { Training } from "gradus/tasks";
import { CommandError, messageOf, UsageError, usingRule } from "../errors.ts";
import type { Ranks } from "../ranks/ranks.ts";
import { makeRule } from "../specification.ts";
import { widen } from "../wide.ts";
import type { Job, Setup } from "./job.ts";
import { isNarrow, type KeepingLibrary, keptIn } from "./kept.ts";
import { inMicroBatches, microBatchesOf } from "./micro-batches.ts";
import { Movement } from "./movement.ts";
import { loadTask, resolveFrom, type TaskSource } from "./task-source.ts";

type Threads = Pick<ownLibrary.OptimizeOptions, "threads">;

type Library = Pick<typeof ownLibrary, "transforms" | "chain"> & KeepingLibrary;

/**
 * The copy of the library that the task itself imports. Memory is shared only within one copy, and a task may import
 * another copy than this command does.
 */
async function libraryOf(source: TaskSource): Promise<Library> {
  if (source.kind === "built-in") return ownLibrary;
  const path = resolveFrom([source.path], "gradus");
  return path === undefined ? ownLibrary : import(pathToFileURL(path).href);
}

/** Imports gradus/distributed from the same copy of the library, so that this copy supports ranks. */
async function importDistributed(source: TaskSource): Promise<void> {
  const path =
    source.kind === "built-in" ? undefined : resolveFrom([source.path], "gradus/distributed");
  await (path === undefined ? import("gradus/distributed") : import(pathToFileURL(path).href));
}

/** A run before its first step. */
export interface Prepared {
  readonly training: Training;
  /** The caller disposes it. */
  readonly optimizer: ownLibrary.Optimizer;
  /** The number of trained numbers. */
  readonly parameters: number;
  /** Watches whether weights stand still, if they may. */
  readonly movement: Movement | undefined;
}

/** Sets up training runs. */
export interface Preparing {
  /** Sets up the run of a job. */
  prepare(job: Job, options: Threads): Prepared;
  /**
   * Sets up a run and drops it, to find errors before the work starts.
   * @throws {UsageError} with the library's message, if a rule cannot be used
   */
  check(job: Job): void;
}

/** How several processes share one run. */
export interface Sharing {
  readonly ranks: Ranks;
  readonly shardState: boolean;
}

/**
 * Loads a task's data once.
 * @param sharing if several processes make one run
 */
export async function preparing(setup: Setup, sharing?: Sharing): Promise<Preparing> {
  const task = await loadTask(setup.task);
  const library = await libraryOf(setup.task);
  await widen(
    setup.task.kind === "built-in" ? undefined : resolveFrom([setup.task.path], "gradus/wide"),
  );
  const communicator = sharing?.ranks.communicator;
  const parts = microBatchesOf(task, setup, communicator ?? { rank: 0, size: 1 });
  if (sharing) await importDistributed(setup.task);
  const create = await task.load(setup.data);
  const { rateFactor } = task;
  const { batch, settings, kept } = setup;

  /** Makes the run. Sizes that are too large for the data or the memory are named as the user gave them. */
  const make = ({ seed }: Job, threads: Threads): Training =>
    inSizes(setup, () => {
      const [first, ...others] = parts.map((part) => create({ seed, batch, settings, part }));
      const training = inMicroBatches([first!, ...others], library, threads);
      return kept ? keptIn(training, kept, library) : training;
    });
  const attach = (training: Training, optimizer: ownLibrary.Optimizer) =>
    inSizes(setup, () => training.attach(optimizer));
  const bind = (
    { parameters }: Training,
    { rule, lr, seed }: Job,
    options: ownLibrary.OptimizeOptions,
  ) =>
    inSizes(setup, () =>
      library.optimize(
        parameters,
        makeRule(rule, rateFactor === undefined ? lr : (step) => lr * rateFactor(step), library),
        { nonFinite: "skip", ...options, ...(kept && { seed }) },
      ),
    );
  return {
    prepare(job, options) {
      const training = make(job, options);
      const ranked = sharing && { communicator, shardState: sharing.shardState };
      const optimizer = bind(training, job, { ...options, ...ranked });
      attach(training, optimizer);
      const movement =
        kept && isNarrow(kept) && kept.rounding === "nearest"
          ? new Movement(training.parameters, optimizer.gradients)
          : undefined;
      return { training, optimizer, parameters: countOf(training), movement };
    },
    check(job) {
      const training = make(job, { threads: 1 });
      // If even this fails, the task is at fault, and no other rule would work.
      library.optimize(training.parameters, library.optimizers.sgd(), { threads: 1 }).dispose();
      const optimizer = usingRule(job.rule.label, () => bind(training, job, { threads: 1 }));
      try {
        attach(training, optimizer);
      } finally {
        optimizer.dispose();
      }
    },
  };
}

/** What to say about errors that sizes cause. */
const sizeErrors = new Map<string, new (message: string, options: ErrorOptions) => Error>([
  ["RangeError", UsageError],
  ["OutOfMemoryError", CommandError],
]);

/** @throws {UsageError} {CommandError} that names the sizes, if they are out of range or need more memory than there is */
function inSizes<T>({ batch, settings }: Setup, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    const Class = cause instanceof Error ? sizeErrors.get(cause.name) : undefined;
    if (Class === undefined) throw cause;
    const sizes = Object.entries({ batch, ...settings }).map(
      ([size, value]) => `${size} ${JSON.stringify(value)}`,
    );
    throw new Class(`a run with ${sizes.join(", ")} cannot be set up: ${messageOf(cause)}`, {
      cause,
    });
  }
}

function countOf({ parameters }: Training): number {
  return Object.values(parameters).reduce(
    (sum, parameter) => sum + ("data" in parameter ? parameter.data.length : parameter.length),
    0,
  );
}
