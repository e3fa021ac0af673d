/** Which program has started this process as a rank, by what it leaves in the environment. */

export type Implementation = "Open MPI" | "MPICH";

export interface Launcher {
  readonly name: string;
  /** Whose library its ranks need; undefined where it starts those of both. */
  readonly implementation?: Implementation;
  /** How many ranks it has started, where it says so. */
  readonly ranks?: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

const count = (text: string | undefined): Pick<Launcher, "ranks"> =>
  text === undefined ? {} : { ranks: Number(text) };

/** Undefined where nobody has: such a process is a run of one rank. */
export function launcherOf(environment: Environment): Launcher | undefined {
  const ofOpenMpi = environment["OMPI_COMM_WORLD_SIZE"];
  if (ofOpenMpi !== undefined) {
    return { name: "Open MPI's mpirun", implementation: "Open MPI", ...count(ofOpenMpi) };
  }
  const ofSlurm = environment["SLURM_NTASKS"];
  if (environment["PMIX_RANK"] !== undefined) {
    return { name: "a launcher that speaks PMIx", ...count(ofSlurm) };
  }
  const ofPmi = environment["PMI_SIZE"];
  if (ofPmi !== undefined || environment["PMI_RANK"] !== undefined) {
    return {
      name: ofSlurm === undefined ? "MPICH's mpirun" : "srun",
      implementation: "MPICH",
      ...count(ofPmi ?? ofSlurm),
    };
  }
  return undefined;
}
