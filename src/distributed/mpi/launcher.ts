/** Finds out which program started this process as a rank. Each launcher sets its own environment variables. */

export type Implementation = "Open MPI" | "MPICH";

export interface Launcher {
  readonly name: string;
  /** The implementation whose library the ranks need; undefined if the launcher can start both. */
  readonly implementation?: Implementation;
  /** The number of ranks, if the launcher says it. */
  readonly ranks?: number;
  /** The number of this rank, if the launcher says it. */
  readonly rank?: number;
  /** The number of ranks on this machine, if the launcher says it. */
  readonly ranksHere?: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads those of these numbers that the environment has. */
function counts(environment: Environment, names: Readonly<Record<string, string | undefined>>) {
  const found = Object.entries(names).flatMap(([key, name]) => {
    const text = name && environment[name];
    return text ? [[key, Number.parseInt(text, 10)]] : [];
  });
  return Object.fromEntries(found) as Pick<Launcher, "ranks" | "rank" | "ranksHere">;
}

/** The launcher of this process; undefined if there is none. Then the process is the only rank. */
export function launcherOf(environment: Environment): Launcher | undefined {
  const has = (name: string) => environment[name] !== undefined;
  if (has("OMPI_COMM_WORLD_SIZE")) {
    const [ranks, rank] = ["OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK"];
    const numbers = counts(environment, { ranks, rank, ranksHere: "OMPI_COMM_WORLD_LOCAL_SIZE" });
    return { name: "Open MPI's mpirun", implementation: "Open MPI", ...numbers };
  }
  const ranksHere = has("SLURM_NTASKS") ? "SLURM_NTASKS_PER_NODE" : "MPI_LOCALNRANKS";
  if (has("PMIX_RANK")) {
    const numbers = counts(environment, { ranks: "SLURM_NTASKS", rank: "PMIX_RANK", ranksHere });
    return { name: "a launcher with PMIx", ...numbers };
  }
  if (has("PMI_SIZE") || has("PMI_RANK")) {
    const ranks = has("PMI_SIZE") ? "PMI_SIZE" : "SLURM_NTASKS";
    const numbers = counts(environment, { ranks, rank: "PMI_RANK", ranksHere });
    return {
      name: has("SLURM_NTASKS") ? "srun" : "MPICH's mpirun",
      implementation: "MPICH",
      ...numbers,
    };
  }
  return undefined;
}
