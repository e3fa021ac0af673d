/** Measures moving rows: Adam's state follows a list of a million rows. Copies of the same bytes are the floor. */
import type { Peer, RemapContestant, RemapProblem } from "../peers/peer.ts";
import { type Case, type Entrant, largestDifference } from "./case.ts";

export const rows = 1_000_000;
const sampled = 1024;

/** Draws numbers, so that each machine picks the same rows. */
function drawsOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function shuffled(): Int32Array {
  const list = Int32Array.from({ length: rows }, (_, row) => row);
  const draw = drawsOf(3);
  for (let index = rows - 1; index > 0; index--) {
    const other = draw(index + 1);
    [list[index], list[other]] = [list[other]!, list[index]!];
  }
  return list;
}

/** One row of ten is pruned, or cloned to the end. */
const lists = {
  identity: () => Int32Array.from({ length: rows }, (_, row) => row),
  prune: () => {
    const draw = drawsOf(1);
    return Int32Array.from({ length: rows }, (_, row) => row).filter(() => draw(10) !== 0);
  },
  clone: () => {
    const draw = drawsOf(2);
    const all = Int32Array.from({ length: rows }, (_, row) => row);
    const cloned = all.filter(() => draw(10) === 0);
    const list = new Int32Array(rows + cloned.length);
    list.set(all);
    list.set(cloned, rows);
    return list;
  },
  shuffle: shuffled,
} as const;

async function enter(contestant: RemapContestant): Promise<Entrant> {
  await contestant.run(1);
  return { contestant, evidence: await contestant.sample(sampled) };
}

function remapCase(reference: string, width: number, kind: keyof typeof lists): Case {
  const problem = (): RemapProblem => ({ rows, width, list: lists[kind]() });
  return {
    ...{ group: "remap", name: `${kind}, rows of ${width}`, reference },
    bytes: 24 * rows * width,
    entrants: (peer: Peer) => {
      const ways = Object.entries(peer.remaps?.(problem()) ?? {});
      return Object.fromEntries(ways.map(([way, make]) => [way, async () => enter(await make())]));
    },
    agree: (testimonies) => {
      // Copies do not move rows.
      const moved = testimonies.filter(({ evidence }) => evidence.length > 0);
      largestDifference(moved, reference, () => 0);
      return `${sampled} elements of a state behind a list, against ${reference}'s: the same bits`;
    },
  };
}

const widths = [3, 4, 14, 48];

/** @param reference the contestant that ratios are relative to */
export const remapCasesWith = (reference: string): readonly Case[] =>
  widths.flatMap((width) =>
    (Object.keys(lists) as (keyof typeof lists)[]).map((kind) => remapCase(reference, width, kind)),
  );

export const remapCases: readonly Case[] = remapCasesWith("Gradus, to other arrays");
