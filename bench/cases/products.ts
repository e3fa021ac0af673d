/** Measures products of square matrices, which take most of the time of training steps and of Muon. */
import { fillUniform } from "../harness/random.ts";
import type { Peer, ProductContestant, ProductProblem } from "../peers/peer.ts";
import { type Case, type Entrant, largestDifference, type Testimony } from "./case.ts";

const sizes = [512, 1000, 2048];
const reference = "Gradus";
const sampled = 1024;

/** The error of sums of `size` products of numbers below 1, in any order: each addition rounds a sum of up to 20 by 2^-24. */
const allowedAt = (size: number): number => size * 20 * 2 ** -24;

function problemOf(size: number): ProductProblem {
  const matrix = (seed: number) => fillUniform(new Float32Array(size * size), seed, 1);
  return { size, a: matrix(1), b: matrix(2) };
}

async function enter(contestant: ProductContestant): Promise<Entrant> {
  await contestant.run(1);
  return { contestant, evidence: await contestant.sample(sampled) };
}

function agreeAt(size: number, testimonies: readonly Testimony[]): string {
  const allowed = allowedAt(size);
  const difference = largestDifference(testimonies, reference, () => allowed);
  return (
    `${sampled} elements of the product, against ${reference}'s: ` +
    `${difference.toExponential(1)} at most (allowed ${allowed.toExponential(1)})`
  );
}

export const productCase = (size: number): Case => ({
  ...{ group: "gemm", name: `${size}x${size}x${size}`, reference, bytes: 12 * size ** 2 },
  entrants: (peer: Peer) => {
    const ways = Object.entries(peer.products?.(problemOf(size)) ?? {});
    return Object.fromEntries(ways.map(([way, make]) => [way, async () => enter(await make())]));
  },
  agree: (testimonies) => agreeAt(size, testimonies),
});

export const productCases: readonly Case[] = sizes.map(productCase);
