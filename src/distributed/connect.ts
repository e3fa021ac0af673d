/** Finds out how a program was started, and makes the communicator for it. */
import type { Communicator } from "./communicator.ts";
import { launcherOf } from "./mpi/launcher.ts";
import { isInMpi, mpi } from "./mpi/mpi.ts";
import { oneRank } from "./oneRank.ts";
import { threadRank } from "./threads/runThreads.ts";

/**
 * Gives the communicator of this rank, however the program was started: by `mpirun`, as a thread of `runThreads`, or alone, as the only
 * rank.
 *
 * @throws {CommunicatorError} if `mpirun` started the program, but the MPI library or `koffi` is missing. The message says what to install
 * @example
 * const ranks = await connect(); // 4 with mpirun -n 4 node train.js
 * console.log(ranks.rank, ranks.size); // 0, 1: started alone
 * const mean = new Float32Array([3, 4]);
 * ranks.allReduce(mean, "sum");
 * mean; // [3, 4]
 */
export async function connect(): Promise<Communicator> {
  const thread = threadRank();
  if (thread !== undefined) return thread;
  const isStarted = launcherOf(globalThis.process?.env ?? {}) !== undefined;
  return isStarted || isInMpi() ? mpi() : oneRank();
}
