/** What can go wrong between ranks. */
import { Legible } from "../legible.ts";

/** A call that no rank can make, or that the ranks do not make alike; and a transport that is not there. */
export class CommunicatorError extends Legible {
  override readonly name = "CommunicatorError";
}

/** A rank that has failed, or has left while others wait for it. */
export class RankError extends Legible {
  override readonly name = "RankError";
  /** The rank that is gone, from 0. */
  readonly rank: number;

  constructor(rank: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.rank = rank;
  }
}
