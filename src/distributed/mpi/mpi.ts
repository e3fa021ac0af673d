/** The ranks that MPI has started. */
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
 * What UCX, through which MPICH and Open MPI may send, must not do in a process of Node; it looks at these when it is loaded. A trap of WebAssembly is a signal at
 * first, which it would take for a crash. And it puts an allocator of its own in the place of the C library's, while other threads allocate: some processes in a hundred crashed.
 */
const settings = { UCX_ERROR_SIGNALS: "", UCX_MEM_EVENTS: "no" };

/** A process enters MPI once. */
let started: Promise<Started> | undefined;
let communicator: Promise<Communicator> | undefined;

/** Whether this process is in MPI, or on its way: an environment that says so may be MPI's own doing by then. */
export const isInMpi = (): boolean => started !== undefined;

/** Enters MPI, and leaves it with the process. */
export const startMpi = (): Promise<Started> => (started ??= start());

/**
 * The communicator of this process's rank in MPI, by Open MPI or MPICH, or what is compatible with one of them; the same one at each call. Needs the
 * library, and the npm package `koffi`, which calls it. `mpirun -n 4 node train.js` starts four ranks; a process that was started without
 * `mpirun` is a run of one rank.
 *
 * Which library it is: that of the `mpirun` that has started the process. The environment's `GRADUS_MPI_LIBRARY` names another file.
 *
 * MPI ends with the process, or with `dispose()`, once all ranks have come to that. A process that ends with another exit code than 0, such as by an
 * error that nobody caught, ends all others.
 *
 * @throws {CommunicatorError} where `koffi` or the library is not there, or is not that of `mpirun`: says what to install
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

/** Leaves MPI with the process: after all others where all is well, else all at once. */
function endWithProcess(mpi: Mpi): void {
  process.on("exit", (code) => {
    if (code === 0 || mpi.hasLeft) {
      mpi.finalize();
    } else {
      console.error(
        `rank ${mpi.rank} of ${mpi.size} ended with exit code ${code}, which ends the run`,
      );
      mpi.abort(code);
    }
  });
}
