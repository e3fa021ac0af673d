/** What an optimizer on many ranks says to checkpoints: which part of each array belongs to which rank. */

/** This rank, while all ranks save or restore one state together. All ranks make the same calls in the same order. */
export interface Together {
  readonly rank: number;
  readonly size: number;
  /** The `counters` that say which part this rank has. They are not saved, because they differ between ranks. */
  readonly counters: Readonly<Record<string, number>>;
  /** Gives all ranks the texts of all ranks, in the order of ranks. */
  exchange(text: string): readonly string[];
  /** Whether each rank has a part of this array, in the order of ranks. If not, each has the whole array. */
  isCut(slot: string, parameter: string): boolean;
  /** The rank whose array is saved, if each rank has a whole array of its own; undefined if the array is equal on all ranks. */
  ownerOf(parameter: string): number | undefined;
}
