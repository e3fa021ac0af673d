/** Sets up training runs of a task. */
import { pathToFileURL } from "node:url";
import * as ownLibrary from "../../index.ts";
import type { Training } from "../../tasks/task.ts";
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

/** Loads a task's data once. @returns what sets up a run of it */
export async function preparing(
  setup: Setup,
): Promise<(job: Job, options: Pick<ownLibrary.OptimizeOptions, "threads">) => Prepared> {
  const task = await loadTask(setup.task);
  const library = await libraryOf(setup.task);
  const create = await task.load(setup.data);
  const { rateFactor } = task;
  return (job, options) => {
    const { seed, lr } = job;
    const { batch, settings } = setup;
    const training = create({ seed, batch, settings });
    const rate = rateFactor === undefined ? lr : (step: number) => lr * rateFactor(step);
    const rule = makeRule(job.rule, rate, library);
    const optimizer = library.optimize(training.parameters, rule, {
      nonFinite: "skip",
      ...options,
    });
    training.attach(optimizer);
    return { training, optimizer, parameters: countOf(training) };
  };
}

function countOf({ parameters }: Training): number {
  return Object.values(parameters).reduce(
    (sum, parameter) => sum + ("data" in parameter ? parameter.data.length : parameter.length),
    0,
  );
}
