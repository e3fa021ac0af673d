/** The communicator of a run with a single rank: it sends nothing, but checks arguments like all others. */
import {
  barrierCall,
  type Call,
  callOfAllGather,
  callOfAllReduce,
  callOfBroadcast,
  callOfReduceScatter,
  checkUndisposed,
} from "./calls.ts";
import type { Communicator } from "./communicator.ts";
import { RankError } from "./errors.ts";

/** The communicator of a program that was started alone. */
export function oneRank(): Communicator {
  let disposed = false;
  const check = (call: Call): void => checkUndisposed(call, disposed);
  return {
    transport: "none",
    rank: 0,
    size: 1,
    synchronous: true,
    allReduce: (array, operation) => check(callOfAllReduce(array, operation)),
    reduceScatter: (array, bounds, operation) =>
      check(callOfReduceScatter(array, bounds, operation, 1)),
    allGather: (array, bounds) => check(callOfAllGather(array, bounds, 1)),
    broadcast: (array, root) => check(callOfBroadcast(array, root, 1)),
    barrier: () => check(barrierCall),
    abort(reason: string): never {
      throw new RankError(0, `rank 0 of 1 ends the run: ${reason}`);
    },
    [Symbol.dispose](): void {
      disposed = true;
    },
  };
}
