/**
 * Training on many ranks: how ranks communicate, what carries their messages, and `optimize(net, rule, { communicator })`.
 *
 * @packageDocumentation
 */
import { amongRanks } from "../checkpoint/node/passing.ts";
import * as ranks from "../checkpoint/node/ranks.ts";
import { distributing } from "../runtime/ranks.ts";
import { bindToRanks } from "./optimize.ts";

export type { Combinable, Combination, Communicator, Done, Travelling } from "./communicator.ts";
export { connect } from "./connect.ts";
export { DataParallel, dataParallel } from "./dataParallel.ts";
export { CommunicatorError, RankError } from "./errors.ts";
export { inProcess } from "./inProcess.ts";
export { type Messages, overMessages } from "./messages.ts";
export { mpi } from "./mpi/mpi.ts";
export { OuterOptimizer } from "./outer/outerOptimizer.ts";
export type { OuterOptions } from "./outer/outerOptions.ts";
export { outer } from "./outer.ts";
export { ShardedOptimizer } from "./sharded.ts";
export { type RunThreadsOptions, runThreads } from "./threads/runThreads.ts";

distributing.provide(bindToRanks);
amongRanks.provide(ranks);
