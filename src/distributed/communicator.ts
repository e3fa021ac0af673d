/** What the ranks of one run have to say to each other: the seam between training on many ranks and what carries it. */

/** Arrays that travel: numbers, or the bits of numbers in 16 bits and of anything else, which are not added. */
export type Travelling =
  | Float32Array
  | Float64Array
  | Int32Array
  | Uint32Array
  | Uint16Array
  | Uint8Array;

/** Arrays whose elements can be combined. */
export type Combinable = Float32Array | Float64Array | Int32Array | Uint32Array;

/** How elements of all ranks are combined. `max` and `min` of NaN and a number are NaN. */
export type Combination = "sum" | "max" | "min";

/** Done when it returns, or, where the transport is asynchronous, when the promise is settled. */
export type Done = void | Promise<void>;

/**
 * The ranks of one run. All of them make the same calls in the same order, with arrays of the same types and lengths; whoever
 * has done its part waits for the others no longer than the operation needs. Arrays are used in place and must be left alone
 * until an operation is done.
 *
 * Elements are combined in a fixed tree over ranks, `(0 + 1) + (2 + 3)` of four: neighbours first, one left over goes up as it is. So the result is
 * the same bits on every rank, at each run, in whatever order messages arrive, and whichever collective was used.
 */
export interface Communicator extends Disposable {
  /** What carries it, for messages and reports: "Open MPI 4.1.4", "threads". */
  readonly transport: string;
  /** This rank, from 0. */
  readonly rank: number;
  /** The number of ranks. */
  readonly size: number;
  /** Whether operations are done when they return. */
  readonly synchronous: boolean;

  /** Combines an array of all ranks, element by element; each rank has the result in its own array. */
  allReduce(array: Combinable, combination: Combination): Done;
  /**
   * Combines likewise, but each rank gets its part alone: elements `bounds[rank]` up to `bounds[rank + 1]` of its own array. The others are
   * undefined behind it.
   * @param bounds `size + 1` offsets in elements, from 0 to the array's length, none below the one before; the same on all ranks
   */
  reduceScatter(array: Combinable, bounds: readonly number[], combination: Combination): Done;
  /**
   * Each rank gives its part, by the same bounds, and gets those of all others.
   * @param bounds as for `reduceScatter`
   */
  allGather(array: Travelling, bounds: readonly number[]): Done;
  /**
   * All ranks get what one has.
   * @param root the rank that has it, from 0
   */
  broadcast(array: Travelling, root: number): Done;
  /** Nobody goes on before all are here. */
  barrier(): Done;
  /**
   * Only of a transport whose ranks may be late, leave and come back: a roll call. It waits for ranks that are late as long as the transport
   * has patience, and says who is here. Until the next one, all operations are of these ranks alone: the tree is over them in
   * their order, and in `bounds` the parts of all others are empty. A rank that comes too late waits for the next roll call.
   * @returns the ranks that are here, ascending, this one among them; the same on each of them
   */
  present?(): readonly number[] | Promise<readonly number[]>;
  /**
   * Ends all ranks, with one sentence that names this one and says why. Does not return where ranks are processes.
   * @param reason a sentence
   */
  abort(reason: string): void;
}
