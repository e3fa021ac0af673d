/** What an optimizer on many ranks says to checkpoints: which part of each array belongs to which rank. */
import type { StoredElements } from "../memory/memory.ts";
import type { AnyParameter } from "../parameters.ts";

/** How ranks save if each has a state of its own, such as those of `outer`. */
export interface SeparateStates {
  /** The name, in `nested`, of the state that is the same on all ranks. */
  readonly shared: string;
  /** All parameters, with the shared values in place of this rank's own. */
  parameters(): Readonly<Record<string, AnyParameter>>;
  /** A text that depends on all bits of an array. Two different arrays have the same one in one of 2^64 cases. */
  fingerprint(array: StoredElements): string;
  /** The end of the message if the shared state of one rank differs. */
  readonly drifted: string;
}

/** This rank, while all ranks save or restore one state together. All ranks make the same calls in the same order. */
export interface RankGroup {
  readonly rank: number;
  readonly size: number;
  /** The `counters` that say which part this rank has. They are not saved, because they differ between ranks. */
  readonly counters: Readonly<Record<string, number>>;
  /** Gives all ranks the texts of all ranks, in the order of ranks. */
  gatherTexts(text: string): readonly string[];
  /** Whether each rank has a part of this array, in the order of ranks. If not, each has the whole array. */
  isSharded(slot: string, parameter: string): boolean;
  /** The rank whose array is saved, if each rank has a whole array of its own; undefined if the array is equal on all ranks. */
  ownerOf(parameter: string): number | undefined;
  /** Given if each rank has a state of its own. Then no array is divided between ranks. */
  readonly separate?: SeparateStates;
}
