/** What optimizers of several ranks tell whoever saves and restores them: which part of each array is whose. */
import type { StoredElements } from "../memory/memory.ts";
import type { AnyParameter } from "../parameters.ts";

/** How ranks save if each has a state of its own, such as those of `outer`. */
export interface Apart {
  /** The name, in `nested`, of the state that is the same on all ranks. */
  readonly shared: string;
  /** All parameters, with the shared values in place of this rank's own. */
  parameters(): Readonly<Record<string, AnyParameter>>;
  /** A text that depends on all bits of an array. Two different arrays have the same one in one of 2^64 cases. */
  fingerprint(array: StoredElements): string;
  /** The end of the message if the shared state of one rank differs. */
  readonly drifted: string;
}

/** This rank among those that save or restore one state together. All ranks make the same calls in the same order. */
export interface Together {
  readonly rank: number;
  readonly size: number;
  /** Numbers of `counters` that say which part this rank has: no part of what all ranks have together. */
  readonly counters: Readonly<Record<string, number>>;
  /** Gives all ranks the texts of all, in the order of ranks. */
  exchange(text: string): readonly string[];
  /** Whether ranks have parts of this array, one behind the other; else each has the whole of it. */
  isCut(slot: string, parameter: string): boolean;
  /** Whose array counts of one that each has the whole of; undefined where all are the same. */
  ownerOf(parameter: string): number | undefined;
  /** Given if each rank has a state of its own. Then no array is divided between ranks. */
  readonly apart?: Apart;
}
