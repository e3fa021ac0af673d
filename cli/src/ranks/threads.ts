/** How many threads a rank may take of a machine that others share. */
import { availableParallelism } from "node:os";
import { ranksHere } from "./environment.ts";
import type { Ranks } from "./ranks.ts";

/** Its share of the cores. */
export function threadsOf({ communicator: { size } }: Ranks): number {
  return Math.max(1, Math.floor(availableParallelism() / (ranksHere ?? size)));
}
