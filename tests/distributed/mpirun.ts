/** Runs programs under the MPI libraries of this machine. */
import { spawn, spawnSync } from "node:child_process";

export const implementations = ["Open MPI", "MPICH"] as const;
export type Implementation = (typeof implementations)[number];

/** Debian has both installed side by side. */
const commands: Readonly<Record<Implementation, readonly string[]>> = {
  "Open MPI": ["mpirun.openmpi", "mpirun"],
  MPICH: ["mpirun.mpich", "mpirun"],
};
/** How to recognize an implementation in the output of `--version`. */
const signs: Readonly<Record<Implementation, RegExp>> = {
  "Open MPI": /Open MPI|OpenRTE/,
  MPICH: /HYDRA|MPICH/i,
};

/** The program that starts ranks; undefined if there is none. */
export const launcherOf = (implementation: Implementation): string | undefined =>
  commands[implementation].find((command) => {
    const { stdout } = spawnSync(command, ["--version"], { encoding: "utf8" });
    return signs[implementation].test(stdout ?? "");
  });

/** @throws {Error} that says what to install */
export function requireLauncher(implementation: Implementation): string {
  const found = launcherOf(implementation);
  if (found !== undefined) return found;
  throw new Error(`${implementation} is missing, which the tests of ranks need. Install it:
  Debian, Ubuntu   sudo apt-get install openmpi-bin libopenmpi-dev mpich libmpich-dev
  macOS            brew install open-mpi mpich (one at a time is linked)`);
}

/** The arguments: more ranks than cores are allowed, and so is root, because a container may have no other user. */
const wordsOf = (implementation: Implementation, ranks: number): readonly string[] =>
  implementation === "Open MPI" ? ["--oversubscribe", "-n", `${ranks}`] : ["-n", `${ranks}`];

const asRoot = { OMPI_ALLOW_RUN_AS_ROOT: "1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: "1" };

/** The call that starts a program on so many ranks. @param command a program and its arguments */
export const callOf = (
  implementation: Implementation,
  ranks: number,
  command: readonly string[],
) => ({
  program: requireLauncher(implementation),
  words: [...wordsOf(implementation, ranks), ...command],
  environment: asRoot,
});

export interface Ended {
  /** Null if a signal ended it. */
  readonly code: number | null;
  /** The output of all ranks and of `mpirun`. */
  readonly output: string;
}

export interface Running {
  readonly pid: number;
  readonly ended: Promise<Ended>;
}

/**
 * Starts so many ranks of a program. If it has not ended after twenty minutes, it hangs, and is ended.
 * @param command a program and its arguments
 */
export function startRanks(
  implementation: Implementation,
  ranks: number,
  command: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Running {
  const call = callOf(implementation, ranks, command);
  const child = spawn(call.program, call.words, {
    env: { ...process.env, ...call.environment, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 1_200_000,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (bytes: Buffer) => void (output += bytes));
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
  return { pid: child.pid!, ended };
}
