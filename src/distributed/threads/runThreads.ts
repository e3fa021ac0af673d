/** Starts the ranks of a run as threads of this process. */
import { builtin } from "../../runtime/threads/platform.ts";
import { wordsOfCall } from "../calls.ts";
import type { Communicator } from "../communicator.ts";
import { CommunicatorError, RankError } from "../errors.ts";
import { type Seat, shareMemory, words } from "./shared.ts";
import { ThreadCommunicator } from "./threadCommunicator.ts";

/** What is needed of Node's `worker_threads`. */
interface NodeThreads {
  readonly Worker: new (module: string | URL, options: object) => NodeWorker;
  readonly workerData: unknown;
  readonly parentPort: { postMessage(message: unknown): void } | null;
}

interface NodeWorker {
  on(event: "error", listener: (error: unknown) => void): void;
  on(event: "exit", listener: (code: number) => void): void;
  on(event: "message", listener: (message: unknown) => void): void;
  terminate(): Promise<unknown>;
}

/** The names of what a thread is given and what it tells, beside what its own program may. */
const seatName = "gradusSeat";
const reasonName = "gradusReason";

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

/** What the threads of a run are given. */
export interface RunThreadsOptions {
  /** What the program finds behind its name in `process.argv`. Default: nothing. */
  readonly argv?: readonly string[];
}

/**
 * Runs a module in threads of this process: each is a rank, and `connect()` in it gives its communicator. For tests, and for machines
 * without MPI; `mpirun -n 4 node train.js` runs the same module in processes.
 * Done when all ranks have ended. One that throws, or ends otherwise than with exit code 0, ends the others.
 *
 * @param module a file, or its address: `new URL("./train.js", import.meta.url)`
 * @param size the number of ranks, from 1
 * @throws {RankError} that names the first rank that failed; its `cause` is what that one threw
 * @throws {CommunicatorError} where there are no threads, as in a page
 */
export async function runThreads(
  module: string | URL,
  size: number,
  options: RunThreadsOptions = {},
): Promise<void> {
  if (!Number.isInteger(size) || size < 1) {
    throw new CommunicatorError(`runThreads: size must be a whole number, 1 or more, not ${size}`);
  }
  const threads = builtin<NodeThreads>("node:worker_threads");
  if (threads === undefined) {
    throw new CommunicatorError("runThreads: ranks are threads of Node, but this is not Node");
  }
  const memory = shareMemory(size, wordsOfCall);
  const workers = Array.from({ length: size }, (_, rank) => {
    const seat: Seat = { rank, ...memory };
    return new threads.Worker(module, {
      argv: options.argv ?? [],
      workerData: { [seatName]: seat },
    });
  });
  try {
    await Promise.all(workers.map((worker, rank) => endOf(worker, { rank, ...memory })));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** Done when a rank has ended as it should. */
function endOf(worker: NodeWorker, { rank, size, control }: Seat): Promise<void> {
  const name = `rank ${rank} of ${size}`;
  return new Promise((resolve, reject) => {
    worker.on("error", (cause) => {
      const said = cause instanceof Error ? cause.message : String(cause);
      reject(new RankError(rank, `${name} failed: ${said}`, { cause }));
    });
    worker.on("message", (message) => {
      if (isRecord(message) && reasonName in message) {
        reject(new RankError(rank, `${name} ends the run: ${message[reasonName]}`));
      }
    });
    worker.on("exit", (code) => {
      // Whoever waits for it learns that it will not come.
      const shared = new Int32Array(control);
      Atomics.store(shared, words.ranks + rank, 1);
      Atomics.notify(shared, words.meetings);
      if (code === 0) resolve();
      else reject(new RankError(rank, `${name} ended with exit code ${code}`));
    });
  });
}

let mine: Communicator | undefined;

/** The communicator of a thread that `runThreads` has started; undefined in any other. */
export function threadRank(): Communicator | undefined {
  if (mine !== undefined) return mine;
  const threads = builtin<NodeThreads>("node:worker_threads");
  const given = threads?.workerData;
  if (!isRecord(given) || !(seatName in given)) return undefined;
  const report = (reason: string) => threads?.parentPort?.postMessage({ [reasonName]: reason });
  mine = new ThreadCommunicator(given[seatName] as Seat, report);
  return mine;
}
