/** What the launcher says about this process, if it started it as a rank. */
import { launcherOf } from "../../../src/distributed/mpi/launcher.ts";

const launcher = launcherOf(process.env);

/** Whether this process was started as a rank. */
export const isRank = launcher !== undefined;

/** Whether another rank prints for this one. */
export const isSilentRank = (launcher?.rank ?? 0) > 0;

/** The number of ranks on this machine, if the launcher says it. */
export const ranksHere = launcher?.ranksHere;

const inputVariable = "GRADUS_ENDS_WITH_INPUT";

/** Environment for ranks that end when their input ends. `mpirun` passes its own input on to the first rank. */
export const endsWithInput = { [inputVariable]: "1" };

const columnsVariable = "GRADUS_TERMINAL_COLUMNS";

/** Environment for ranks whose output `mpirun` passes on to a terminal. They cannot see the terminal themselves. */
export const throughTerminal = ({
  isTTY,
  columns,
}: Pick<NodeJS.WriteStream, "isTTY" | "columns">): Readonly<Record<string, string>> =>
  isTTY ? { [columnsVariable]: `${columns}` } : {};

/** The width of the terminal to which `mpirun` passes standard error; 0 if there is none. */
export const terminalColumns = isRank ? Number(process.env[columnsVariable] ?? 0) : 0;

/** Whether this rank ends when its input ends. */
export const isEndedByInput = isRank && process.env[inputVariable] === "1";
