/** The errors of gradus/distributed. */
import { Legible } from "../legible.ts";

/** A wrong call of a communicator, different calls on different ranks, or a transport that is not installed. */
export class CommunicatorError extends Legible {
  override readonly name = "CommunicatorError";
}

/** A rank failed, left while others wait for it, differs from the other ranks, or cannot step. */
export class RankError extends Legible {
  override readonly name = "RankError";
  /** The number of that rank, from 0. */
  readonly rank: number;

  constructor(rank: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.rank = rank;
  }
}
