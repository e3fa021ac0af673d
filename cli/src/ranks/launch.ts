/** Starts the command as several processes, by the `mpirun` that is there. */
import { spawn, spawnSync } from "node:child_process";
import { CommandError, exitCodes } from "../errors.ts";
import { listenForStop } from "../stopping.ts";
import { showCursor, type Terminal } from "../terminal.ts";
import { endsWithInput, throughTerminal } from "./environment.ts";

/** What `mpirun` says of itself. */
function versionOf(): string | undefined {
  const { error, stdout } = spawnSync("mpirun", ["--version"], { encoding: "utf8" });
  return error === undefined ? stdout : undefined;
}

const installing =
  "install MPI (Debian: apt-get install openmpi-bin libopenmpi-dev; macOS: brew install open-mpi), and run `npm install koffi` where gradus is installed";

/** Open MPI starts nothing for root without these. */
const asRoot = { OMPI_ALLOW_RUN_AS_ROOT: "1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: "1" };

/**
 * Runs this command once more, in so many processes. A signal that asks this one to end reaches them as the end of their input, so that they save.
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
    throw new CommandError(`--ranks needs mpirun, which was not found: ${installing}`);
  }
  const isOpenMpi = /Open MPI|OpenRTE/.test(version);
  const isRoot = process.getuid?.() === 0;
  if (isOpenMpi && isRoot) {
    terminal.note(
      `Open MPI refuses to run as root by default. To allow it, gradus sets ${Object.keys(asRoot).join(" and ")}.`,
    );
  }
  const options = isOpenMpi ? ["--oversubscribe", "-n", `${ranks}`] : ["-n", `${ranks}`];
  const child = spawn("mpirun", [...options, process.execPath, process.argv[1]!, ...words], {
    stdio: ["pipe", "inherit", "inherit"],
    // Ctrl-C reaches all processes of a terminal's group: mpirun would end before its ranks have saved.
    detached: true,
    env: {
      ...process.env,
      ...endsWithInput,
      ...throughTerminal(process.stderr),
      ...(isOpenMpi && isRoot && asRoot),
    },
  });
  const stop = listenForStop();
  stop.signal.addEventListener("abort", () => child.stdin.end());
  const kill = () => child.kill("SIGTERM");
  process.on("exit", kill);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      process.off("exit", kill);
      // A rank that was killed has left it hidden.
      showCursor();
      resolve(code === 0 ? (stop.code ?? exitCodes.done) : (code ?? exitCodes.failed));
    });
  });
}
