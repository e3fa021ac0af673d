/** Makes the runs of a comparison, and keeps what is finished whatever happens. */
import { exitCodes } from "../errors.ts";
import type { Job, Outcome } from "./job.ts";
import type { CompareOptions } from "./options.ts";
import { jobsOf, type Rate, sweepJobs, wideningJobs } from "./plan.ts";
import { Pool } from "./pool.ts";
import type { Progress } from "./progress.ts";
import type { TaskSource } from "./task-source.ts";

export interface Made {
  /** In the order of their jobs, however many threads made them. */
  readonly outcomes: readonly Outcome[];
  readonly planned: number;
  /** Whether all that were planned are there. */
  readonly complete: boolean;
  readonly seconds: number;
  /** What ended it early, unless that was Ctrl-C. */
  readonly error?: unknown;
}

export async function makeRuns(
  task: TaskSource,
  options: CompareOptions,
  rates: readonly Rate[],
  progress: Progress,
): Promise<Made> {
  const start = performance.now();
  const jobs: Job[] = [];
  const finished = new Map<Job, Outcome>();
  const collect = (outcome: Outcome) => {
    finished.set(outcome.job, outcome);
    progress.done(outcome);
  };
  const made = (complete: boolean, error?: unknown): Made => ({
    outcomes: jobs.flatMap((job) => finished.get(job) ?? []),
    planned: jobs.length,
    complete,
    seconds: (performance.now() - start) / 1000,
    ...(error === undefined ? {} : { error }),
  });
  const interrupt = listenForInterrupt();
  const { data, steps, batch, settings } = options;
  const pool = new Pool({
    setup: { task, data, steps, batch, settings },
    size: options.jobs,
    events: { progress: progress.progress, done: collect },
    signal: interrupt.signal,
  });
  const run = async (more: readonly Job[]) => {
    jobs.push(...more);
    progress.expect(more, steps);
    await pool.run(more);
  };
  try {
    await run(options.sweep ? sweepJobs(rates, options.seeds) : jobsOf(rates, options.seeds));
    while (options.sweep && !interrupt.signal.aborted) {
      const more = wideningJobs(rates, made(false).outcomes, options.seeds);
      if (more.length === 0) break;
      await run(more);
    }
    return made(!interrupt.signal.aborted);
  } catch (error) {
    return made(false, error);
  } finally {
    progress.stop();
    interrupt.dispose();
    await pool.close();
  }
}

/** The first Ctrl-C aborts the signal; a second one ends the process at once. */
function listenForInterrupt(): { readonly signal: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  const onInterrupt = () => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    controller.abort();
  };
  process.on("SIGINT", onInterrupt);
  return {
    signal: controller.signal,
    dispose: () => process.off("SIGINT", onInterrupt),
  };
}
