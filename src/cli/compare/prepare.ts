/** Sets up training runs of a task. */
import { pathToFileURL } from "node:url";
import * as ownLibrary from "../../index.ts";
import type { Training } from "../../tasks/task.ts";
import { usingRule } from "../errors.ts";
import { makeRule } from "../specification.ts";
import type { Job, Setup } from "./job.ts";
import { loadTask, resolveFrom, type TaskSource } from "./task-source.ts";

type Library = Pick<typeof ownLibrary, "optimize" | "optimizers" | "transforms" | "chain">;

/**
 * The copy of the library that the task's own imports lead to. Memory is shared only within one
 * copy, and a task may have another than this command's.
 */
async function libraryOf(source: TaskSource): Promise<Library> {
  if (source.kind === "built-in") return ownLibrary;
  const path = resolveFrom([source.path], "gradus");
  return path === undefined ? ownLibrary : import(pathToFileURL(path).href);
}

/** A run that has made no step. */
export interface Prepared {
  readonly training: Training;
  /** Whoever makes the run disposes it. */
  readonly optimizer: ownLibrary.Optimizer;
  /** Numbers that are trained. */
  readonly parameters: number;
}

/** What sets up runs of a task. */
export interface Preparing {
  /** A run of a job. */
  prepare(job: Job, options: Pick<ownLibrary.OptimizeOptions, "threads">): Prepared;
  /**
   * Sets a run up and drops it, to find before the work what would be found in it.
   * @throws {UsageError} with the library's words, where a rule cannot be used
   */
  check(job: Job): void;
}

/** Loads a task's data once. */
export async function preparing(setup: Setup): Promise<Preparing> {
  const task = await loadTask(setup.task);
  const library = await libraryOf(setup.task);
  const create = await task.load(setup.data);
  const { rateFactor } = task;
  const { batch, settings } = setup;

  const bind = ({ parameters }: Training, { rule, lr }: Job, options: ownLibrary.OptimizeOptions) =>
    library.optimize(
      parameters,
      makeRule(rule, rateFactor === undefined ? lr : (step) => lr * rateFactor(step), library),
      { nonFinite: "skip", ...options },
    );
  return {
    prepare(job, options) {
      const training = create({ seed: job.seed, batch, settings });
      const optimizer = bind(training, job, options);
      training.attach(optimizer);
      return { training, optimizer, parameters: countOf(training) };
    },
    check(job) {
      const training = create({ seed: job.seed, batch, settings });
      // Where not even this can be bound it is the task's fault, and no other rule would do.
      library.optimize(training.parameters, library.optimizers.sgd(), { threads: 1 }).dispose();
      usingRule(job.rule.label, () => bind(training, job, { threads: 1 })).dispose();
    },
  };
}

function countOf({ parameters }: Training): number {
  return Object.values(parameters).reduce(
    (sum, parameter) => sum + ("data" in parameter ? parameter.data.length : parameter.length),
    0,
  );
}
