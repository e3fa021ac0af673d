/**
 * Training on many ranks: how ranks communicate, what carries their messages, and `optimize(net, rule, { communicator })`.
 *
 * @packageDocumentation
 */

import * as ranks from "../checkpoint/node/ranks.ts";
import { rankCheckpoints } from "../checkpoint/node/saveLoad.ts";
import { distributedOptimize } from "../runtime/ranks.ts";
import { bindToRanks } from "./optimize.ts";

export type {
  Communicator,
  ReduceOperation,
  ReducibleArray,
  SendableArray,
} from "./communicator.ts";
export { connect } from "./connect.ts";
export { DataParallel, dataParallel } from "./dataParallel.ts";
export { CommunicatorError, RankError } from "./errors.ts";
export { inProcess } from "./inProcess.ts";
export { type MessageTransport, overMessages } from "./messages.ts";
export { mpi } from "./mpi/mpi.ts";
export { OuterOptimizer } from "./outer/outerOptimizer.ts";
export type { OuterOptions } from "./outer/outerOptions.ts";
export { outer } from "./outer.ts";
export { ShardedOptimizer } from "./sharded.ts";
export { type RunThreadsOptions, runThreads } from "./threads/runThreads.ts";

distributedOptimize.provide(bindToRanks);
rankCheckpoints.provide(ranks);
