/** Defines a case: a problem, and how to check that all contestants solved the same one. */
import type { Contestant } from "../harness/interleave.ts";
import type { Peer } from "../peers/peer.ts";

/** A contestant after its first steps, with their result. */
export interface Entrant {
  readonly contestant: Contestant;
  /** Numbers for `agree` to compare; none if it does not solve the problem, such as a copy. */
  readonly evidence: readonly number[];
}

/** The evidence of one contestant, which ran in its own process. */
export interface Testimony {
  readonly name: string;
  readonly evidence: readonly number[];
}

export interface Case {
  readonly group: string;
  readonly name: string;
  /** The contestant that ratios are relative to. */
  readonly reference: string;
  /** About how much memory a contestant takes. As many take part at once as there is memory for. */
  readonly bytes: number;
  /** Creates each contestant of a peer, by name, and lets it make its first steps. */
  readonly entrants: (peer: Peer) => Readonly<Record<string, () => Promise<Entrant>>>;
  /**
   * Says what was compared and how large the differences are.
   * @throws {Error} if they are larger than rounding explains
   */
  readonly agree: (testimonies: readonly Testimony[]) => string;
}

/**
 * Compares evidence with the reference's, number by number.
 *
 * @param allowed the largest difference that a contestant may have
 * @returns the largest difference
 */
export function largestDifference(
  testimonies: readonly Testimony[],
  reference: string,
  allowed: (name: string) => number,
): number {
  const { evidence: expected } = testimonies.find(({ name }) => name === reference)!;
  let largest = 0;
  for (const { name, evidence } of testimonies) {
    for (const [index, value] of evidence.entries()) {
      const difference = Math.abs(value - expected[index]!);
      if (!(difference <= allowed(name))) {
        throw new Error(`${name}: ${value} where ${reference} has ${expected[index]}`);
      }
      largest = Math.max(largest, difference);
    }
  }
  return largest;
}
