/** Starts ranks as threads of this process. */
import { builtin } from "../../runtime/threads/platform.ts";
import { wordsOfCall } from "../calls.ts";
import type { Communicator } from "../communicator.ts";
import { CommunicatorError, RankError } from "../errors.ts";
import { shareMemory, type ThreadRank, words } from "./shared.ts";
import { ThreadCommunicator } from "./threadCommunicator.ts";

/** What this file uses of Node's `worker_threads`. */
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

/** Keys of the data that a thread gets and of the message that it sends. They differ from those of the user's program. */
const threadRankName = "gradusThreadRank";
const reasonName = "gradusReason";

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

/** Options of `runThreads`. */
export interface RunThreadsOptions {
  /** The arguments that follow the name of the module in `process.argv`. Default: none. */
  readonly argv?: readonly string[];
}

/**
 * Runs a module in several threads of this process. Each thread is a rank, and `connect()` in the module gives its communicator. Use it for
 * tests, and on machines without MPI; `mpirun -n 4 node train.js` runs the same module in processes.
 *
 * The promise is fulfilled when all ranks have ended. If a rank throws, or ends with an exit code other than 0, all others are ended.
 *
 * @param module the file of the module, or its URL: `new URL("./train.js", import.meta.url)`
 * @param size the number of ranks, 1 or more
 * @throws {RankError} names the first rank that failed; its `cause` is the error of this rank
 * @throws {CommunicatorError} if there are no threads of Node, as in a page, or `size` is not a whole number, 1 or more
 * @example
 * // Each thread runs train.js, which gets its rank by `await connect()`.
 * await runThreads("./train.js", 4, { argv: ["--steps", "100"] });
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
    const threadRank: ThreadRank = { rank, ...memory };
    return new threads.Worker(module, {
      argv: options.argv ?? [],
      workerData: { [threadRankName]: threadRank },
    });
  });
  try {
    await Promise.all(workers.map((worker, rank) => endOf(worker, { rank, ...memory })));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** Fulfilled when a rank has ended without an error. */
function endOf(worker: NodeWorker, { rank, size, control }: ThreadRank): Promise<void> {
  const name = `rank ${rank} of ${size}`;
  return new Promise((resolve, reject) => {
    worker.on("error", (cause) => {
      const text = cause instanceof Error ? cause.message : String(cause);
      reject(new RankError(rank, `${name} failed: ${text}`, { cause }));
    });
    worker.on("message", (message) => {
      if (isRecord(message) && reasonName in message) {
        reject(new RankError(rank, `${name} ends the run: ${message[reasonName]}`));
      }
    });
    worker.on("exit", (code) => {
      // Ranks that wait for this one see that it has ended.
      const shared = new Int32Array(control);
      Atomics.store(shared, words.ranks + rank, 1);
      Atomics.notify(shared, words.barriers);
      if (code === 0) resolve();
      else reject(new RankError(rank, `${name} ended with exit code ${code}`));
    });
  });
}

let mine: Communicator | undefined;

/** The communicator of a thread that `runThreads` started; undefined in any other thread. */
export function threadRank(): Communicator | undefined {
  if (mine !== undefined) return mine;
  const threads = builtin<NodeThreads>("node:worker_threads");
  const data = threads?.workerData;
  if (!isRecord(data) || !(threadRankName in data)) return undefined;
  const report = (reason: string) => threads?.parentPort?.postMessage({ [reasonName]: reason });
  mine = new ThreadCommunicator(data[threadRankName] as ThreadRank, report);
  return mine;
}
