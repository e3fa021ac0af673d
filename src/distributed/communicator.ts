/** The interface through which ranks exchange arrays. Training on many ranks is above it, and transports are below. */

/** Arrays that ranks can send to each other. `Uint16Array` and `Uint8Array` hold bits, such as numbers in 16 bits, and cannot be combined. */
export type SendableArray =
  | Float32Array
  | Float64Array
  | Int32Array
  | Uint32Array
  | Uint16Array
  | Uint8Array;

/** Arrays whose elements can be combined, for example added. */
export type ReducibleArray = Float32Array | Float64Array | Int32Array | Uint32Array;

/** How the elements of all ranks are combined. The maximum or minimum of NaN and a number is NaN. */
export type ReduceOperation = "sum" | "max" | "min";

/**
 * Sends arrays between the ranks of one run. All ranks must make the same calls in the same order, with arrays of the same types and
 * lengths. Arrays are used in place: do not read or change them until an operation is done. A rank that has done its part waits for the
 * others only as long as the operation needs.
 *
 * Elements are combined in a fixed tree over ranks, neighbours first: with four ranks, `(0 + 1) + (2 + 3)`. A rank without a neighbour
 * joins at the next level. So every rank gets the same bits, in each run, in whatever order messages arrive, and with each operation.
 */
export interface Communicator extends Disposable {
  /** The name of the transport, for messages and reports: "Open MPI 4.1.4", "threads". */
  readonly transport: string;
  /** The number of this rank, from 0. */
  readonly rank: number;
  /** The number of ranks of the run. */
  readonly size: number;
  /** Whether operations are done when they return. If not, they return promises. */
  readonly synchronous: boolean;

  /** Combines the arrays of all ranks, element by element. Each rank gets the whole result, in its own array. */
  allReduce(array: ReducibleArray, operation: ReduceOperation): void | Promise<void>;
  /**
   * Combines the arrays of all ranks, but each rank gets only its part of the result: elements `bounds[rank]` up to `bounds[rank + 1]` of its
   * own array. All other elements are undefined afterwards.
   * @param bounds `size + 1` offsets in elements, which rise from 0 to the array's length; the same on all ranks
   */
  reduceScatter(
    array: ReducibleArray,
    bounds: readonly number[],
    operation: ReduceOperation,
  ): void | Promise<void>;
  /**
   * Each rank gives its part, elements `bounds[rank]` up to `bounds[rank + 1]`, and gets the parts of all others.
   * @param bounds as for `reduceScatter`
   */
  allGather(array: SendableArray, bounds: readonly number[]): void | Promise<void>;
  /**
   * All ranks get the array of one rank.
   * @param root the number of this rank, from 0
   */
  broadcast(array: SendableArray, root: number): void | Promise<void>;
  /** Waits until all ranks have called it. */
  barrier(): void | Promise<void>;
  /**
   * Finds out which ranks are here. Only a transport has it whose ranks may be late, leave and come back. It waits for late ranks, up to the
   * time limit of the transport. Until the next call, all operations are between the ranks that are here: the tree is over them, in their
   * order, and in `bounds` the parts of all other ranks are empty. A rank that comes too late waits for the next call.
   * @returns the ranks that are here, in ascending order, with this one; the same on each of them
   */
  presentRanks?(): readonly number[] | Promise<readonly number[]>;
  /**
   * Ends all ranks, with a message that names this rank and gives the reason. If ranks are processes, it does not return.
   * @param reason a sentence for the message
   */
  abort(reason: string): void;
}
