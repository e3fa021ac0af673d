/** The communicator of a rank of MPI. It sends arrays from where they are, and combines them in the tree that the interface prescribes. */
import {
  barrierCall,
  type Call,
  callOfAllGather,
  callOfAllReduce,
  callOfBroadcast,
  callOfReduceScatter,
  checkUndisposed,
  evenBounds,
} from "../calls.ts";
import type {
  Communicator,
  ReduceOperation,
  ReducibleArray,
  SendableArray,
} from "../communicator.ts";
import { type ElementType, viewOf } from "../elements.ts";
import { reduceInto, treeReduce } from "../reduce.ts";
import type { Mpi } from "./calls.ts";

/** Limits, in bytes. */
export interface Limits {
  /** The largest message, because MPI counts in 31 bits. */
  readonly message: number;
  /** The largest piece that is received and combined at once, so that it stays in the cache. */
  readonly piece: number;
  /** The largest array that each rank combines whole, with one exchange instead of two. */
  readonly whole: number;
}

export const defaultLimits: Limits = { message: 2 ** 30, piece: 2 ** 18, whole: 2 ** 13 };

export class MpiCommunicator implements Communicator {
  readonly transport: string;
  readonly synchronous = true;
  readonly rank: number;
  readonly size: number;
  readonly #ranks: readonly number[];
  readonly #mpi: Mpi;
  readonly #limits: Limits;
  /** Receives what other ranks send. */
  readonly #scratch: ArrayBuffer;
  #disposed = false;

  constructor(transport: string, mpi: Mpi, limits: Limits = defaultLimits) {
    this.#mpi = mpi;
    this.#limits = limits;
    this.transport = transport;
    this.rank = mpi.rank;
    this.size = mpi.size;
    this.#ranks = Array.from({ length: mpi.size }, (_, rank) => rank);
    this.#scratch = new ArrayBuffer(mpi.size * Math.max(limits.piece, limits.whole));
  }

  allReduce(array: ReducibleArray, operation: ReduceOperation): void {
    const call = this.#checked(callOfAllReduce(array, operation));
    if (this.#isOrderIrrelevant(call)) {
      this.#inChunks(array, (piece) => this.#mpi.allReduceSum(piece, call.type));
    } else if (array.byteLength <= this.#limits.whole) {
      this.#reduceWhole(call, array, operation);
    } else {
      const bounds = evenBounds(array.length, this.size);
      this.#reduceParts(call, array, bounds, operation);
      this.#gather(call, array, bounds);
    }
  }

  reduceScatter(
    array: ReducibleArray,
    bounds: readonly number[],
    operation: ReduceOperation,
  ): void {
    const call = this.#checked(callOfReduceScatter(array, bounds, operation, this.size));
    this.#reduceParts(call, array, bounds, operation);
  }

  allGather(array: SendableArray, bounds: readonly number[]): void {
    this.#gather(this.#checked(callOfAllGather(array, bounds, this.size)), array, bounds);
  }

  broadcast(array: SendableArray, root: number): void {
    const { type } = this.#checked(callOfBroadcast(array, root, this.size));
    this.#broadcast(type, array, root);
  }

  barrier(): void {
    this.#checked(barrierCall);
    this.#mpi.barrier();
  }

  abort(reason: string): never {
    console.error(`rank ${this.rank} of ${this.size} ends the run: ${reason}`);
    this.#mpi.abort(1);
    // `MPI_Abort` does not return.
    process.exit(1);
  }

  /** Ends MPI for this rank. Do not use the communicator afterwards. */
  dispose(): void {
    this.#disposed = true;
    this.#mpi.finalize();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #checked(call: Call): Call {
    checkUndisposed(call, this.#disposed);
    return call;
  }

  /** Whether MPI's own order gives the same bits as the tree. It does for integers, which wrap, and with two ranks, where there is only one sum. */
  #isOrderIrrelevant({ type, operation }: Call): boolean {
    return operation === "sum" && (this.size <= 2 || type === "int32" || type === "uint32");
  }

  /** Every rank gathers the arrays of all ranks, and combines them. */
  #reduceWhole({ type }: Call, array: ReducibleArray, operation: ReduceOperation): void {
    const all = this.#scratchView(type, 0, this.size * array.length);
    this.#mpi.allGather(array, all, type);
    const arrays = this.#ranks.map((rank) =>
      rank === this.rank ? array : this.#scratchView(type, rank * array.length, array.length),
    );
    this.#reduce(type, arrays, operation);
  }

  /** Every rank receives its part from all others, one piece at a time, and combines it. */
  #reduceParts(
    { type }: Call,
    array: ReducibleArray,
    bounds: readonly number[],
    operation: ReduceOperation,
  ): void {
    const most = this.#limits.piece / array.BYTES_PER_ELEMENT;
    const longest = Math.max(...this.#ranks.map((rank) => bounds[rank + 1]! - bounds[rank]!));
    for (let done = 0; done < longest; done += most) {
      const pieceOf = (rank: number): ReducibleArray => {
        const [start, end] = [bounds[rank]!, bounds[rank + 1]!];
        return array.subarray(Math.min(start + done, end), Math.min(start + done + most, end));
      };
      const own = pieceOf(this.rank);
      const pieces = this.#ranks.map((rank) =>
        rank === this.rank ? own : this.#scratchView(type, rank * most, own.length),
      );
      for (let distance = 1; distance < this.size; distance++) {
        const to = (this.rank + distance) % this.size;
        const from = (this.rank - distance + this.size) % this.size;
        this.#mpi.sendReceive(pieceOf(to), to, pieces[from]!, from, type);
      }
      this.#reduce(type, pieces, operation);
    }
  }

  /**
   * Combines the arrays of all ranks into that of this rank. MPI adds, at the speed of C. It does not compute the maximum and minimum: MPI does
   * not define them for NaN and -0, and MPICH 4.0 compares uint32 as int32.
   */
  #reduce(type: ElementType, arrays: readonly ReducibleArray[], operation: ReduceOperation): void {
    const own = arrays[this.rank]!;
    treeReduce(arrays, (left, right) => {
      // The order of two elements does not matter.
      const [into, from] = right === own ? [right, left] : [left, right];
      if (operation === "sum") this.#mpi.reduceLocalSum(from, into, type);
      else reduceInto(into, from, operation);
      return into;
    });
  }

  #gather({ type }: Call, array: SendableArray, bounds: readonly number[]): void {
    if (array.byteLength <= this.#limits.message) {
      this.#mpi.allGatherParts(array, bounds, type);
      return;
    }
    for (const rank of this.#ranks) {
      this.#broadcast(type, array.subarray(bounds[rank], bounds[rank + 1]), rank);
    }
  }

  #broadcast(type: ElementType, array: SendableArray, root: number): void {
    this.#inChunks(array, (piece) => this.#mpi.broadcast(piece, type, root));
  }

  /** A view of the scratch memory. @param from in elements @param length in elements */
  #scratchView(type: ElementType, from: number, length: number): ReducibleArray {
    const { BYTES_PER_ELEMENT: each } = viewOf(type, this.#scratch, 0, 0);
    return viewOf(type, this.#scratch, from * each, length) as ReducibleArray;
  }

  /** Divides an array into pieces that fit into a message of MPI. */
  #inChunks<A extends SendableArray>(array: A, act: (piece: A) => void): void {
    const most = this.#limits.message / array.BYTES_PER_ELEMENT;
    if (array.length <= most) {
      act(array);
      return;
    }
    for (let from = 0; from < array.length; from += most) {
      act(array.subarray(from, from + most) as A);
    }
  }
}
