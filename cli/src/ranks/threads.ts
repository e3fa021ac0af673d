/** How many threads a rank may take of a machine that others share. */
import { availableParallelism } from "node:os";
import type { Ranks } from "./ranks.ts";

/** What launchers say of the ranks on this machine. */
const counts = ["OMPI_COMM_WORLD_LOCAL_SIZE", "MPI_LOCALNRANKS", "SLURM_NTASKS_PER_NODE"];

/** The option of `optimize`: its share of the cores, if there are several ranks. */
export function threadsOf(ranks: Ranks | undefined): { readonly threads?: number } {
  if (ranks === undefined) return {};
  const said = counts.map((name) => Number(process.env[name])).find((count) => count > 0);
  const here = said ?? ranks.communicator.size;
  return { threads: Math.max(1, Math.floor(availableParallelism() / here)) };
}
