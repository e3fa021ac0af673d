/** Finds out which piece of each array of a state each rank writes to a checkpoint. */
import type { StoredElements } from "../runtime/memory/memory.ts";
import type { RankGroup } from "../runtime/state/rankGroup.ts";
import { type OptimizerState, withArrays } from "../runtime/state/state.ts";
import type { Collective } from "./collective.ts";
import { CheckpointError } from "./errors.ts";

/** The piece of an array that a rank writes. Offsets are in elements of the whole array. */
export interface ArraySlice {
  readonly from: number;
  readonly to: number;
  /** The length of the whole array. */
  readonly length: number;
  /** Whether this rank has only the piece. If not, it has the whole array. */
  readonly isSharded: boolean;
  /** Whether the array is equal on all ranks, so that each writes a share of it. */
  readonly isReplicated: boolean;
}

/** Pieces by the arrays of this rank. */
export type ArraySlices = ReadonlyMap<StoredElements, ArraySlice>;

interface Slot {
  /** Its place in the state. */
  readonly path: string;
  readonly array: StoredElements;
  readonly isSharded: boolean;
  /** @see RankGroup.ownerOf */
  readonly owner: number | undefined;
}

/** All arrays of a state, with those of inner optimizers. */
function slotsOf(state: OptimizerState, rankGroup: RankGroup, within = ""): Slot[] {
  const slots: Slot[] = [];
  withArrays({ ...state, nested: {} }, (array, slot, parameter) => {
    const path = `${within}${slot}/${parameter}`;
    // Each rank has its own arrays of wrappers around an optimizer on many ranks. Between updates, those of rank 0 are enough.
    const own = { path, array, isSharded: false, owner: 0 };
    const isSharded = rankGroup.isSharded(slot, parameter);
    slots.push(
      within === "" ? { path, array, isSharded, owner: rankGroup.ownerOf(parameter) } : own,
    );
  });
  const nested = Object.entries(state.nested).flatMap(([name, each]) =>
    slotsOf(each, rankGroup, `${within}${name}/`),
  );
  return [...slots, ...nested];
}

/**
 * Finds the pieces of all arrays of a state. All ranks must call it.
 * @throws {CheckpointError} if ranks do not have the same arrays
 */
export function findSlices(
  collective: Collective,
  rankGroup: RankGroup,
  state: OptimizerState,
): ArraySlices {
  const slots = slotsOf(state, rankGroup);
  const all = collective.allGather(slots.map(({ path, array }) => [path, array.length] as const));
  return new Map(
    slots.map(({ path, array, isSharded, owner }, index) => {
      const lengths = all.map((each, rank) => {
        if (each[index]?.[0] !== path) {
          throw new CheckpointError(
            `rank ${rank} has no \`${path}\`, but rank ${rankGroup.rank} has it: all ranks must save the same state`,
          );
        }
        return each[index]![1];
      });
      return [
        array,
        isSharded ? shardedSlice(lengths, rankGroup.rank) : wholeSlice(array, owner, rankGroup),
      ];
    }),
  );
}

function shardedSlice(lengths: readonly number[], rank: number): ArraySlice {
  const sum = (count: number) => lengths.slice(0, count).reduce((a, b) => a + b, 0);
  const [from, to, length] = [sum(rank), sum(rank + 1), sum(lengths.length)];
  return { from, to, length, isSharded: true, isReplicated: false };
}

/**
 * The piece of an array that several ranks have: each of them writes an equal part.
 * @param index of this rank among them; -1 if it does not have the array, and writes nothing
 * @param count of the ranks that have it
 */
export function equalSlice(length: number, index: number, count: number): ArraySlice {
  const [from, to] =
    index < 0
      ? [0, 0]
      : [Math.floor((length * index) / count), Math.floor((length * (index + 1)) / count)];
  return { from, to, length, isSharded: false, isReplicated: false };
}

/** The piece of an array that each rank has as a whole. If it is equal on all ranks, each writes an equal share; otherwise the owner writes it. */
export function wholeSlice(
  { length }: StoredElements,
  owner: number | undefined,
  { rank, size }: RankGroup,
): ArraySlice {
  return owner === undefined
    ? { ...equalSlice(length, rank, size), isReplicated: true }
    : equalSlice(length, owner === rank ? 0 : -1, 1);
}
