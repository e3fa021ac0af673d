/** How many threads a rank may take of a machine that others share. */
import { availableParallelism } from "node:os";
import { ranksHere } from "./environment.ts";
import type { Ranks } from "./ranks.ts";

/** The option of `optimize`: its share of the cores, if there are several ranks. */
export function threadsOf(ranks: Ranks | undefined): { readonly threads?: number } {
  if (ranks === undefined) return {};
  const here = ranksHere ?? ranks.communicator.size;
  return { threads: Math.max(1, Math.floor(availableParallelism() / here)) };
}
