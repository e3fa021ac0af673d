/** A thread that makes training runs, one after the other. */
import { parentPort, workerData } from "node:worker_threads";
import { type Job, type Outcome, type Setup, toPlainError, type WorkerMessage } from "./job.ts";
import { preparing } from "./prepare.ts";
import { train } from "./train.ts";

const port = parentPort!;
const send = (message: WorkerMessage) => port.postMessage(message);

async function main(setup: Setup): Promise<void> {
  const prepare = await preparing(setup);

  const run = (job: Job): Outcome => {
    // It is runs that are made at the same time here.
    const { training, optimizer, parameters } = prepare(job, { threads: 1 });
    try {
      const curves = train(training, optimizer, setup.steps, (step, loss) =>
        send({ kind: "progress", step, loss }),
      );
      return { job, curves, parameters };
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

main(workerData as Setup).catch((error: unknown) => {
  send({ kind: "failed", error: toPlainError(error) });
});
