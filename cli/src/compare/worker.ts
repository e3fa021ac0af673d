/** A thread that makes training runs, one after the other. */
import { parentPort, workerData } from "node:worker_threads";
import {
  type Job,
  type Outcome,
  type Setup,
  toPlainError,
  type WorkerMessage,
  type WorkerTask,
} from "./job.ts";
import { preparing } from "./prepare.ts";
import { train, WarmUp } from "./train.ts";

const port = parentPort!;
const send = (message: WorkerMessage) => port.postMessage(message);

async function main(setup: Setup): Promise<void> {
  const { prepare, check } = await preparing(setup);
  const warmUp = new WarmUp();

  const run = (job: Job): Outcome => {
    // One thread each, because several runs are made at the same time.
    const make = () => prepare(job, { threads: 1 });
    warmUp.for(job.rule.label, setup.steps, make);
    const { training, optimizer, parameters } = make();
    try {
      const curves = train(training, optimizer, setup.steps, (step, loss) =>
        send({ kind: "progress", step, loss }),
      );
      return { job, curves, parameters };
    } finally {
      optimizer.dispose();
    }
  };

  port.on("message", (task: WorkerTask) => {
    try {
      if (task.kind === "run") {
        send({ kind: "done", outcome: run(task.job) });
      } else {
        for (const job of task.jobs) check(job);
        send({ kind: "checked" });
      }
    } catch (error) {
      send({ kind: "failed", error: toPlainError(error) });
    }
  });
  send({ kind: "ready" });
}

main(workerData as Setup).catch((error: unknown) => {
  send({ kind: "failed", error: toPlainError(error) });
});
