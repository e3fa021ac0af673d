/** What the launcher of this process says, if one has started it as a rank. */
import { launcherOf } from "../../../src/distributed/mpi/launcher.ts";

const launcher = launcherOf(process.env);

/** Whether it was started as a rank. */
export const isRank = launcher !== undefined;

/** Whether another rank of the run speaks. */
export const isSpokenFor = (launcher?.rank ?? 0) > 0;

/** The ranks on this machine, where the launcher says so. */
export const ranksHere = launcher?.ranksHere;

const inputVariable = "GRADUS_ENDS_WITH_INPUT";

/** Set for ranks that are asked to end by the end of their input, of which `mpirun` gives the first one what it gets. */
export const endsWithInput = { [inputVariable]: "1" };

const columnsVariable = "GRADUS_TERMINAL_COLUMNS";

/** Set for ranks that `mpirun` stands between and a terminal, which they cannot see. */
export const throughTerminal = ({
  isTTY,
  columns,
}: Pick<NodeJS.WriteStream, "isTTY" | "columns">): Readonly<Record<string, string>> =>
  isTTY ? { [columnsVariable]: `${columns}` } : {};

/** How wide the terminal is that standard error goes through `mpirun` to, if it does. */
export const terminalColumns = isRank ? Number(process.env[columnsVariable] ?? 0) : 0;

export const isEndedByInput = isRank && process.env[inputVariable] === "1";
