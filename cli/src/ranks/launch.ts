/** Starts the command as several processes, by the `mpirun` that is there. */
import { spawn, spawnSync } from "node:child_process";
import { CommandError, exitCodes } from "../errors.ts";
import { exitCodeOfSignal, listenForStop } from "../stopping.ts";
import type { Terminal } from "../terminal.ts";

/** What `mpirun` says of itself. */
function versionOf(): string | undefined {
  const { error, stdout } = spawnSync("mpirun", ["--version"], { encoding: "utf8" });
  return error === undefined ? stdout : undefined;
}

const installing =
  "install MPI (Debian: apt-get install openmpi-bin libopenmpi-dev; macOS: brew install open-mpi) and, where gradus is, `npm install koffi`";

/** Open MPI starts nothing for root without these. */
const asRoot = { OMPI_ALLOW_RUN_AS_ROOT: "1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: "1" };

/**
 * Runs this command once more, in so many processes.
 * @param words of the command, without those that ask for ranks
 * @returns the exit code
 * @throws {CommandError} where there is no `mpirun`
 */
export async function launch(
  ranks: number,
  words: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const version = versionOf();
  if (version === undefined) {
    throw new CommandError(`--ranks needs mpirun, which is not there: ${installing}`);
  }
  const isOpenMpi = /Open MPI|OpenRTE/.test(version);
  const isRoot = process.getuid?.() === 0;
  if (isOpenMpi && isRoot) {
    terminal.note(
      `You are root, for whom Open MPI starts nothing by itself: ${Object.keys(asRoot).join(" and ")} are set.`,
    );
  }
  const options = isOpenMpi ? ["--oversubscribe", "-n", `${ranks}`] : ["-n", `${ranks}`];
  const child = spawn("mpirun", [...options, process.execPath, process.argv[1]!, ...words], {
    stdio: "inherit",
    env: { ...process.env, ...(isOpenMpi && isRoot && asRoot) },
  });
  // This one waits for what the ranks still save. Ctrl-C reaches all processes of a terminal, other signals the one that they are sent to.
  const stop = listenForStop();
  stop.signal.addEventListener("abort", () => {
    if (stop.code !== exitCodeOfSignal("SIGINT")) child.kill("SIGTERM");
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    // By a signal that it gets itself mpirun ends with a code of its own.
    child.on("close", (code) => resolve(code === 0 ? exitCodes.done : (stop.code ?? code ?? 1)));
  });
}
