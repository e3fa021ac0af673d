/** Makes the runs of a comparison, and keeps the finished ones whatever happens. */
import { listenForStop } from "../stopping.ts";
import type { Job, Outcome } from "./job.ts";
import type { CompareOptions } from "./options.ts";
import { chosenRates, jobsOf, type Rate, type Rated, sweepJobs, wideningJobs } from "./plan.ts";
import type { Pool, PoolOptions } from "./pool.ts";
import type { Progress } from "./progress.ts";
import type { TaskSource } from "./task-source.ts";

export interface Made {
  /** In the order of the jobs, however many threads made the runs. */
  readonly outcomes: readonly Outcome[];
  readonly planned: number;
  /** Whether all planned runs were made. */
  readonly complete: boolean;
  /** What ended it early: the exit code for a signal, or an error. */
  readonly stopped?: number | undefined;
  readonly error?: unknown;
}

/** The runs that are already made, and a listener for each new one. */
export interface Journal {
  readonly known: readonly Outcome[];
  add(outcome: Outcome): void;
}

/** What makes the runs: threads of this process, or of several. */
export type Makers = Pick<Pool, "check" | "run" | "close">;

/** The key of a run within a comparison. */
const keyOf = ({ rule, lr, seed }: Job): string => `${rule.label} ${lr} ${seed}`;

/**
 * Makes the runs of a comparison. A sweep comes first, on seeds of its own: on the seeds that chose its rate, each optimizer
 * would look better than it is.
 */
export async function makeRuns(
  task: TaskSource,
  options: CompareOptions,
  rates: readonly Rate[],
  progress: Progress,
  journal: Journal,
  makersOf: (options: PoolOptions) => Makers,
): Promise<Made> {
  const jobs: Job[] = [];
  const finished = new Map<Job, Outcome>();
  const known = new Map(journal.known.map((outcome) => [keyOf(outcome.job), outcome]));
  const collect = (outcome: Outcome) => {
    journal.add(outcome);
    finished.set(outcome.job, outcome);
    progress.done(outcome);
  };
  const stop = listenForStop();
  const made = (complete: boolean, error?: unknown): Made => ({
    outcomes: jobs.flatMap((job) => finished.get(job) ?? []),
    planned: jobs.length,
    complete,
    ...{ stopped: stop.code, error },
  });
  const { data, steps, batch, settings } = options;
  const pool = makersOf({
    setup: { task, data, steps, batch, settings },
    size: options.jobs,
    events: { progress: progress.progress, done: collect },
    signal: stop.signal,
  });
  const run = async (more: readonly Job[]) => {
    jobs.push(...more);
    for (const job of more) {
      const before = known.get(keyOf(job));
      if (before !== undefined) finished.set(job, { ...before, job });
    }
    const missing = more.filter((job) => !finished.has(job));
    await pool.check(missing);
    progress.expect(missing, steps);
    await pool.run(missing);
    return made(false).outcomes;
  };
  try {
    const chosen = options.sweep
      ? await sweep(rates, options.tuningSeeds, run, stop.signal)
      : rates;
    if (!stop.signal.aborted) await run(jobsOf(chosen, options.seeds));
    return made(!stop.signal.aborted);
  } catch (error) {
    return made(false, error);
  } finally {
    progress.stop();
    stop.dispose();
    await pool.close();
  }
}

/**
 * Tries rates until the best one is not at the edge.
 * @param run makes runs, and returns all that exist by then
 * @returns the best rate of each rule; undefined once the signal was aborted
 */
async function sweep(
  rates: readonly Rate[],
  seeds: readonly number[],
  run: (jobs: readonly Job[]) => Promise<readonly Outcome[]>,
  signal: AbortSignal,
): Promise<readonly Rated[]> {
  let outcomes = await run(sweepJobs(rates, seeds));
  while (!signal.aborted) {
    const more = wideningJobs(rates, outcomes, seeds);
    if (more.length === 0) return chosenRates(rates, outcomes);
    outcomes = await run(more);
  }
  return [];
}
