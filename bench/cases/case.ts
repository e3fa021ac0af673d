/** What a case is: a problem, and how to tell that all have solved the same one. */
import type { Contestant } from "../harness/interleave.ts";
import type { Peer } from "../peers/peer.ts";

/** A contestant after its first steps, with what these led to. */
export interface Entrant {
  readonly contestant: Contestant;
  /** Numbers that `agree` compares. */
  readonly evidence: readonly number[];
}

/** The evidence of one contestant, which ran in a process of its own. */
export interface Testimony {
  readonly name: string;
  readonly evidence: readonly number[];
}

export interface Case {
  readonly group: string;
  readonly name: string;
  /** The contestant that ratios are relative to. */
  readonly reference: string;
  /** Makes a peer's contestants and lets them take their first steps. */
  readonly enter: (peer: Peer) => Promise<readonly Entrant[]>;
  /**
   * Says what was compared and how far it lay apart.
   * @throws {Error} where it lies further apart than rounding explains
   */
  readonly agree: (testimonies: readonly Testimony[]) => string;
}
