/** What launchers of MPI leave in the environment of the processes that they start. */

const ranks = ["OMPI_COMM_WORLD_RANK", "PMI_RANK", "PMIX_RANK"];
const countsHere = ["OMPI_COMM_WORLD_LOCAL_SIZE", "MPI_LOCALNRANKS", "SLURM_NTASKS_PER_NODE"];

const firstOf = (names: readonly string[]): number | undefined => {
  const text = names.map((name) => process.env[name]).find((each) => each !== undefined);
  return text === undefined ? undefined : Number.parseInt(text, 10);
};

/** The rank that this process was started as; undefined where nobody has started it as one. */
export const startedAs = (): number | undefined => firstOf(ranks);

/** The ranks on this machine, where the launcher says so. */
export const ranksHere = (): number | undefined => firstOf(countsHere);
