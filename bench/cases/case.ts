/** What a case is: a problem, and how to tell that all have solved the same one. */
import type { Contestant } from "../harness/interleave.ts";
import type { Peer } from "../peers/peer.ts";

/** A contestant after its first steps, with what these led to. */
export interface Entrant {
  readonly contestant: Contestant;
  /** Numbers that `agree` compares; none of one that does not solve the problem, such as a copy. */
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
  /** What a contestant keeps in memory, about: so many take part at once as there is room for. */
  readonly bytes: number;
  /** By name, what makes each of a peer's contestants and lets it take its first steps. */
  readonly entrants: (peer: Peer) => Readonly<Record<string, () => Promise<Entrant>>>;
  /**
   * Says what was compared and how far it lay apart.
   * @throws {Error} where it lies further apart than rounding explains
   */
  readonly agree: (testimonies: readonly Testimony[]) => string;
}

/**
 * Compares evidence with the reference's, number by number.
 *
 * @param allowed by how much a contestant may differ
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
