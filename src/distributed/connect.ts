/** Finds the ranks that a program was started with. */
import type { Communicator } from "./communicator.ts";
import { launcherOf } from "./mpi/launcher.ts";
import { isInMpi, mpi } from "./mpi/mpi.ts";
import { oneRank } from "./oneRank.ts";
import { threadRank } from "./threads/runThreads.ts";

/**
 * The communicator of this rank, however it was started: MPI's where `mpirun` has started the process, a thread's in a module that
 * `runThreads` runs, and else that of a run of one rank.
 *
 * @throws {CommunicatorError} where `mpirun` has started it, and the library of MPI or `koffi` is not there: says what to install
 */
export async function connect(): Promise<Communicator> {
  const thread = threadRank();
  if (thread !== undefined) return thread;
  const isStarted = launcherOf(globalThis.process?.env ?? {}) !== undefined;
  return isStarted || isInMpi() ? mpi() : oneRank();
}
