/** Many ranks: what they say to each other, and what carries it. */
export type {
  Combinable,
  Combination,
  Communicator,
  Done,
  Travelling,
} from "./communicator.ts";
export { connect } from "./connect.ts";
export { CommunicatorError, RankError } from "./errors.ts";
export { inProcess } from "./inProcess.ts";
export { type Messages, overMessages } from "./messages.ts";
export { mpi } from "./mpi/mpi.ts";
export { type RunThreadsOptions, runThreads } from "./threads/runThreads.ts";
