/** The communicator of a run with a single rank: it sends nothing, but checks arguments like all others. */
import { callOfAllGather, callOfAllReduce, callOfBroadcast, callOfReduceScatter } from "./calls.ts";
import type { Combinable, Combination, Communicator, Travelling } from "./communicator.ts";
import { RankError } from "./errors.ts";

/** The communicator of a program that was started alone. */
export const oneRank = (): Communicator => ({
  transport: "none",
  rank: 0,
  size: 1,
  synchronous: true,
  allReduce(array: Combinable, combination: Combination): void {
    callOfAllReduce(array, combination);
  },
  reduceScatter(array: Combinable, bounds: readonly number[], combination: Combination): void {
    callOfReduceScatter(array, bounds, combination, 1);
  },
  allGather(array: Travelling, bounds: readonly number[]): void {
    callOfAllGather(array, bounds, 1);
  },
  broadcast(array: Travelling, root: number): void {
    callOfBroadcast(array, root, 1);
  },
  barrier(): void {},
  abort(reason: string): never {
    throw new RankError(0, `rank 0 of 1 ends the run: ${reason}`);
  },
  [Symbol.dispose](): void {},
});
