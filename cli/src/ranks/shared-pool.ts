/** Distributes training runs over ranks. Rank 0 says which runs, each rank makes a share of them, and rank 0 gets all outcomes. */
import {
  fromPlainError,
  type Job,
  type Outcome,
  type PlainError,
  toPlainError,
} from "../compare/job.ts";
import { Pool, type PoolOptions } from "../compare/pool.ts";
import { listenForStop } from "../stopping.ts";
import type { Ranks } from "./ranks.ts";

/** What rank 0 tells the other ranks to do. */
type Task =
  | ({ readonly kind: "begin" } & Pick<PoolOptions, "setup" | "size">)
  | { readonly kind: "run"; readonly jobs: readonly Job[] }
  | { readonly kind: "end" };

/** The outcomes of a rank's share, with the numbers of their jobs. */
interface RankOutcomes {
  readonly outcomes: readonly (readonly [number, Outcome])[];
  readonly error: PlainError | undefined;
}

/** The jobs of this rank: ranks take turns. */
const jobsOf = (jobs: readonly Job[], { communicator: { rank, size } }: Ranks): readonly Job[] =>
  jobs.filter((_, index) => index % size === rank);

/** A pool on rank 0 that makes runs on all ranks. */
export class SharedPool {
  readonly #ranks: Ranks;
  readonly #own: Pool;
  readonly #done: (outcome: Outcome) => void;

  constructor(ranks: Ranks, options: PoolOptions) {
    const { setup, size, events } = options;
    this.#ranks = ranks;
    this.#own = new Pool(options);
    this.#done = events.done;
    ranks.broadcast<Task>({ kind: "begin", setup, size });
  }

  check(jobs: readonly Job[]): Promise<void> {
    return this.#own.check(jobs);
  }

  /** @throws the error of a run on any rank, after all ranks have finished */
  async run(jobs: readonly Job[]): Promise<void> {
    this.#ranks.broadcast<Task>({ kind: "run", jobs });
    const error = await failureOf(this.#own.run(jobsOf(jobs, this.#ranks)));
    const [, ...others] = this.#ranks.gather<RankOutcomes>({ outcomes: [], error });
    for (const [index, outcome] of others.flatMap(({ outcomes }) => outcomes)) {
      this.#done({ ...outcome, job: jobs[index]! });
    }
    const failure = error ?? others.find((share) => share.error !== undefined)?.error;
    if (failure !== undefined) throw fromPlainError(failure);
  }

  close(): Promise<void> {
    return this.#own.close();
  }
}

/** Tells all other ranks that there is no more work. */
export const endAssignedJobs = (ranks: Ranks): void => void ranks.broadcast<Task>({ kind: "end" });

/** Makes this rank's share of the runs, until rank 0 says that there is no more work. */
export async function runAssignedJobs(ranks: Ranks): Promise<void> {
  const stop = listenForStop();
  let made: Outcome[] = [];
  let pool: Pool | undefined;
  try {
    for (;;) {
      const task = ranks.broadcast<Task>();
      if (task.kind === "end") return;
      if (task.kind === "begin") {
        const events = { progress: () => {}, done: (outcome: Outcome) => void made.push(outcome) };
        pool = new Pool({ setup: task.setup, size: task.size, events, signal: stop.signal });
      } else {
        made = [];
        const error = await failureOf(pool!.run(jobsOf(task.jobs, ranks)));
        const outcomes = made.map((outcome) => [task.jobs.indexOf(outcome.job), outcome] as const);
        ranks.gather<RankOutcomes>({ outcomes, error });
      }
    }
  } finally {
    stop.dispose();
    await pool?.close();
  }
}

async function failureOf(work: Promise<void>): Promise<PlainError | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return toPlainError(error);
  }
}
