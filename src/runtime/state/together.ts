/** What optimizers of several ranks tell whoever saves and restores them: which part of each array is whose. */

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
}
