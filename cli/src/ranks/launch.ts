/** Starts the command as several processes, with the installed `mpirun`. */
import { spawn, spawnSync } from "node:child_process";
import { CommandError, exitCodes } from "../errors.ts";
import { listenForStop } from "../stopping.ts";
import { showCursor, type Terminal } from "../terminal.ts";
import { endsWithInput, throughTerminal } from "./environment.ts";

/** The text of `mpirun --version`; undefined if there is no `mpirun`. */
function versionOf(): string | undefined {
  const { error, stdout } = spawnSync("mpirun", ["--version"], { encoding: "utf8" });
  return error === undefined ? stdout : undefined;
}

const installing =
  "install MPI (Debian: apt-get install openmpi-bin libopenmpi-dev; macOS: brew install open-mpi), and run `npm install koffi` where gradus is installed";

/** Without these, Open MPI refuses to run as root. */
const asRoot = { OMPI_ALLOW_RUN_AS_ROOT: "1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: "1" };

/**
 * Runs this command again, as several processes. If a signal asks this process to end, it closes their input, so that they save and end.
 * @param ranks the number of processes
 * @param words the arguments of the command, without `--ranks`
 * @returns the exit code
 * @throws {CommandError} if there is no `mpirun`
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
    // Ctrl-C reaches all processes in the group of a terminal, and mpirun would end before its ranks have saved.
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
      // A rank that was killed may have left the cursor hidden.
      showCursor();
      resolve(code === 0 ? (stop.code ?? exitCodes.done) : (code ?? exitCodes.failed));
    });
  });
}
