/** How many threads a rank may use, if other ranks run on the same machine. */
import { availableParallelism } from "node:os";
import { ranksHere } from "./environment.ts";
import type { Ranks } from "./ranks.ts";

/** Its share of the cores, and at least 1. */
export function threadsOf({ communicator: { size } }: Ranks): number {
  return Math.max(1, Math.floor(availableParallelism() / (ranksHere ?? size)));
}
