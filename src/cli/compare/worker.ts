/** A thread that makes training runs, one after the other. */
import { pathToFileURL } from "node:url";
import { parentPort, workerData } from "node:worker_threads";
import * as ownLibrary from "../../index.ts";
import type { Training } from "../../tasks/task.ts";
import { makeRule } from "../specification.ts";
import { type Job, type Outcome, type Setup, toPlainError, type WorkerMessage } from "./job.ts";
import { loadTask, resolveFrom, type TaskSource } from "./task-source.ts";
import { train } from "./train.ts";

type Library = Pick<typeof ownLibrary, "optimize" | "optimizers" | "transforms" | "chain">;

const port = parentPort!;
const send = (message: WorkerMessage) => port.postMessage(message);

/**
 * The copy of the library that the task's own imports lead to. Memory is shared only within one
 * copy, and a task may have another than this command's.
 */
async function libraryOf(source: TaskSource): Promise<Library> {
  if (source.kind === "built-in") return ownLibrary;
  const path = resolveFrom([source.path], "gradus");
  return path === undefined ? ownLibrary : import(pathToFileURL(path).href);
}

async function main(setup: Setup): Promise<void> {
  const task = await loadTask(setup.task);
  const library = await libraryOf(setup.task);
  const create = await task.load(setup.data);
  const { rateFactor } = task;

  const run = (job: Job): Outcome => {
    const { seed, lr } = job;
    const { batch, settings, steps } = setup;
    const training: Training = create({ seed, batch, settings });
    const rate = rateFactor === undefined ? lr : (step: number) => lr * rateFactor(step);
    const rule = makeRule(job.rule, rate, library);
    // It is runs that are made at the same time here.
    const alone = { nonFinite: "skip", threads: 1 } as const;
    const optimizer = library.optimize(training.parameters, rule, alone);
    try {
      training.attach(optimizer);
      const curves = train(training, optimizer, steps, (step, loss) =>
        send({ kind: "progress", step, loss }),
      );
      return { job, curves, parameters: countOf(training) };
    } finally {
      optimizer.dispose();
    }
  };

  port.on("message", (job: Job) => {
    try {
      send({ kind: "done", outcome: run(job) });
    } catch (error) {
      send({ kind: "failed", error: toPlainError(error) });
    }
  });
  send({ kind: "ready" });
}

function countOf({ parameters }: Training): number {
  return Object.values(parameters).reduce(
    (sum, parameter) => sum + ("data" in parameter ? parameter.data.length : parameter.length),
    0,
  );
}

main(workerData as Setup).catch((error: unknown) => {
  send({ kind: "failed", error: toPlainError(error) });
});
