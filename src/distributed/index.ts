/** Training on many ranks: `optimize(net, rule, { communicator })`. */
import { distributing } from "../runtime/ranks.ts";
import { bindToRanks } from "./optimize.ts";

export type { Combinable, Combination, Communicator, Done, Travelling } from "./communicator.ts";
export { DataParallel, dataParallel } from "./dataParallel.ts";
export { RankError } from "./errors.ts";
export { ShardedOptimizer } from "./sharded.ts";

distributing.provide(bindToRanks);
