/** What optimizers of several ranks tell whoever saves and restores them: which part of each array is whose. */
import type { StoredElements } from "../memory/memory.ts";
import type { AnyParameter } from "../parameters.ts";

/** Ranks that each have a state of their own, such as those of `outer`. */
export interface Apart {
  /** The name, in `nested`, of the one state that is the same on all ranks. */
  readonly shared: string;
  /** All parameters, with the values that all ranks share in place of this rank's own. */
  parameters(): Readonly<Record<string, AnyParameter>>;
  /** A text that is another for each array with other bits, but for one case in 2^64. */
  fingerprint(array: StoredElements): string;
  /** What is said of a rank whose shared state is another, and what to do. */
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
  /** Where each rank has a state of its own; ranks have no parts of arrays then. */
  readonly apart?: Apart;
}
