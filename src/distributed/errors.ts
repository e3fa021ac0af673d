/** The errors of gradus/distributed. */
import { Legible } from "../legible.ts";

/**
 * A wrong call of a communicator, different calls on different ranks, or a transport that is not installed.
 *
 * @example
 * try {
 *   inProcess(0);
 * } catch (error) {
 *   error instanceof CommunicatorError; // true: there is at least one rank
 * }
 */
export class CommunicatorError extends Legible {
  override readonly name = "CommunicatorError";
}

/**
 * A rank failed, left while others wait for it, differs from the other ranks, or cannot step.
 *
 * @example
 * const runs = inProcess(2).map(async (communicator) => {
 *   const net = parameters({ w: [2] });
 *   const rule = adam({ lr: communicator.rank === 0 ? 0.1 : 0.2 });
 *   const optimizer = optimize(net, rule, { communicator });
 *   await optimizer.stepAsync({ w: [1, 2] });
 * });
 * const [first] = await Promise.allSettled(runs);
 * first.status === "rejected" && first.reason instanceof RankError; // true: rules must be the same
 */
export class RankError extends Legible {
  override readonly name = "RankError";
  /** The number of that rank, from 0. */
  readonly rank: number;

  constructor(rank: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.rank = rank;
  }
}
