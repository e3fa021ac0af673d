import { Worker } from "node:worker_threads";
import type { RuleSpecification } from "../specification.ts";
import {
  fromPlainError,
  type Job,
  type Outcome,
  type Setup,
  type WorkerMessage,
  type WorkerTask,
} from "./job.ts";

/** How a pool reports its progress. */
export interface PoolEvents {
  progress(job: Job, step: number, loss: number): void;
  done(outcome: Outcome): void;
}

export interface PoolOptions {
  readonly setup: Setup;
  /** The most threads. */
  readonly size: number;
  readonly events: PoolEvents;
  /** Stops all threads; finished runs are kept. */
  readonly signal: AbortSignal;
}

/** The thread's module: TypeScript in the sources, JavaScript beside this module in the package (scripts/build.ts). */
const workerModule = new URL(
  import.meta.url.endsWith(".ts") ? "./worker.ts" : "./trainingWorker.js",
  import.meta.url,
);

/** Threads that make training runs. A run depends only on its job, not on its thread or on the order. */
export class Pool {
  readonly #setup: Setup;
  readonly #events: PoolEvents;
  readonly #size: number;
  readonly #signal: AbortSignal;
  readonly #idle: Worker[] = [];
  readonly #all: Worker[] = [];
  readonly #checked = new Set<RuleSpecification>();

  constructor({ setup, size, events, signal }: PoolOptions) {
    this.#setup = setup;
    this.#size = size;
    this.#events = events;
    this.#signal = signal;
    signal.addEventListener("abort", () => void this.close());
  }

  /**
   * Sets up a run of each rule that was not checked before, without a step.
   * @throws {UsageError} if a rule cannot be used
   */
  async check(all: readonly Job[]): Promise<void> {
    const jobs = all.filter(({ rule }) => !this.#checked.has(rule) && this.#checked.add(rule));
    if (jobs.length === 0) return;
    const worker = await this.#take();
    if (worker === undefined) return;
    const answer = this.#listen(worker, ({ kind }) => (kind === "checked" ? true : undefined));
    worker.postMessage({ kind: "check", jobs } satisfies WorkerTask);
    if (await answer) this.#idle.push(worker);
  }

  /**
   * Makes several runs at once, and reports each when it is done. Ends early if the signal aborts.
   * @throws what a run or the loading of its data threw
   */
  async run(jobs: readonly Job[]): Promise<void> {
    const pending = [...jobs];
    const lane = async () => {
      const worker = await this.#take();
      if (worker === undefined) return;
      for (let job = pending.shift(); job !== undefined; job = pending.shift()) {
        const outcome = await this.#make(worker, job);
        if (outcome === undefined) return;
        this.#events.done(outcome);
      }
      this.#idle.push(worker);
    };
    await Promise.all(Array.from({ length: Math.min(this.#size, jobs.length) }, lane));
  }

  async close(): Promise<void> {
    this.#idle.length = 0;
    await Promise.all(this.#all.splice(0).map((worker) => worker.terminate()));
  }

  /** A thread that has loaded the task; undefined once the signal was aborted. */
  async #take(): Promise<Worker | undefined> {
    const idle = this.#idle.pop();
    if (idle !== undefined || this.#signal.aborted) return idle;
    const worker = new Worker(workerModule, { workerData: this.#setup, stdout: true });
    // What a task prints must not get between the lines of the result.
    worker.stdout.on("data", (chunk: Uint8Array) => process.stderr.write(chunk));
    this.#all.push(worker);
    const ready = await this.#listen(worker, (message) =>
      message.kind === "ready" ? true : undefined,
    );
    return ready ? worker : undefined;
  }

  #make(worker: Worker, job: Job): Promise<Outcome | undefined> {
    const answer = this.#listen(worker, (message) => {
      if (message.kind === "progress") this.#events.progress(job, message.step, message.loss);
      return message.kind === "done" ? { ...message.outcome, job } : undefined;
    });
    worker.postMessage({ kind: "run", job } satisfies WorkerTask);
    return answer;
  }

  /** Waits for a message for which `accept` returns a value; undefined once the signal was aborted. */
  #listen<T>(
    worker: Worker,
    accept: (message: WorkerMessage) => T | undefined,
  ): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      const finish = (act: () => void) => {
        worker.off("message", onMessage).off("error", onError).off("exit", onExit);
        act();
      };
      const onMessage = (message: WorkerMessage) => {
        if (message.kind === "failed") {
          finish(() => reject(fromPlainError(message.error)));
          return;
        }
        const accepted = accept(message);
        if (accepted !== undefined) finish(() => resolve(accepted));
      };
      const onError = (error: Error) => finish(() => reject(error));
      const onExit = (code: number) =>
        finish(() =>
          this.#signal.aborted
            ? resolve(undefined)
            : reject(new Error(`a training thread ended with code ${code}`)),
        );
      worker.on("message", onMessage).on("error", onError).on("exit", onExit);
    });
  }
}
