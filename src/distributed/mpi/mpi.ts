/** Makes the communicator of a process that MPI started. */
import type { Communicator } from "../communicator.ts";
import { CommunicatorError } from "../errors.ts";
import { Mpi } from "./calls.ts";
import { importKoffi } from "./koffi.ts";
import { launcherOf } from "./launcher.ts";
import { openLibrary } from "./library.ts";
import { MpiCommunicator } from "./mpiCommunicator.ts";

interface Started {
  /** "Open MPI 4.1.4" */
  readonly name: string;
  readonly mpi: Mpi;
}

/**
 * Settings for UCX, through which MPICH and Open MPI may send. UCX reads them when it is loaded. Without the first one, it takes a trap of
 * WebAssembly, which is a signal at first, for a crash. Without the second one, it replaces the allocator of the C library while other threads
 * allocate; then some processes in a hundred crashed.
 */
const settings = { UCX_ERROR_SIGNALS: "", UCX_MEM_EVENTS: "no" };

/** A process starts MPI only once. */
let started: Promise<Started> | undefined;
let communicator: Promise<Communicator> | undefined;

/** Whether this process has started MPI, or is about to. From then on, MPI may have set the environment variables of a launcher itself. */
export const isInMpi = (): boolean => started !== undefined;

/** Starts MPI, and ends it with the process. */
export const startMpi = (): Promise<Started> => (started ??= start());

/**
 * Gives the communicator of this process in MPI; each call gives the same one. `mpirun -n 4 node train.js` starts four ranks. A process that
 * was started without `mpirun` is the only rank.
 *
 * It needs Open MPI, MPICH or a compatible library, and the npm package `koffi`, which calls the library. It loads the library that
 * belongs to the `mpirun` that started the process. The environment variable `GRADUS_MPI_LIBRARY` names another file.
 *
 * MPI ends with the process, or with `dispose()`, as soon as all ranks have come to that point. If a process ends with an exit code other than 0, for
 * example by an uncaught error, all other ranks end too.
 *
 * @throws {CommunicatorError} if `koffi` or the library is missing, or does not belong to `mpirun`. The message says what to install
 *
 * @example
 * const communicator = await mpi();
 * const gradient = new Float32Array(1000);
 * communicator.allReduce(gradient, "sum");
 */
export const mpi = (): Promise<Communicator> =>
  (communicator ??= startMpi().then(({ name, mpi }) => new MpiCommunicator(name, mpi)));

async function start(): Promise<Started> {
  const { env, platform } = process;
  const launcher = launcherOf(env);
  for (const [name, value] of Object.entries(settings)) env[name] ??= value;
  const library = openLibrary(await importKoffi(), {
    platform,
    named: env["GRADUS_MPI_LIBRARY"],
    implementation: launcher?.implementation,
  });
  const mpi = new Mpi(library);
  if (launcher?.ranks !== undefined && launcher.ranks > 1 && mpi.size === 1) {
    throw new CommunicatorError(
      `${launcher.name} started ${launcher.ranks} ranks, but ${library.name} finds only one: use the library that belongs to this mpirun (set GRADUS_MPI_LIBRARY to its file)`,
    );
  }
  endWithProcess(mpi);
  return { name: library.name, mpi };
}

/** Ends MPI when the process ends: together with all other ranks if all is well, otherwise at once and for all ranks. */
function endWithProcess(mpi: Mpi): void {
  process.on("exit", (code) => {
    if (code === 0 || mpi.isFinalized) {
      mpi.finalize();
    } else {
      console.error(
        `rank ${mpi.rank} of ${mpi.size} ended with exit code ${code}, which ends the run`,
      );
      mpi.abort(code);
    }
  });
}
