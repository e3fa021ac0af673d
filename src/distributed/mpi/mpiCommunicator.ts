/** The communicator of a rank of MPI. It sends arrays from where they are, and combines them in the tree that the interface prescribes. */
import {
  barrierCall,
  type Call,
  callOfAllGather,
  callOfAllReduce,
  callOfBroadcast,
  callOfReduceScatter,
  evenBounds,
} from "../calls.ts";
import { combineInto, inTree } from "../combine.ts";
import type { Combinable, Combination, Communicator, Travelling } from "../communicator.ts";
import { type ElementType, viewOf } from "../elements.ts";
import { CommunicatorError } from "../errors.ts";
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

  allReduce(array: Combinable, combination: Combination): void {
    const call = this.#checked(callOfAllReduce(array, combination));
    if (this.#isOrderIrrelevant(call)) {
      this.#inChunks(array, (piece) => this.#mpi.allReduceSum(piece, call.type));
    } else if (array.byteLength <= this.#limits.whole) {
      this.#combineWhole(call, array, combination);
    } else {
      const bounds = evenBounds(array.length, this.size);
      this.#combineParts(call, array, bounds, combination);
      this.#gather(call, array, bounds);
    }
  }

  reduceScatter(array: Combinable, bounds: readonly number[], combination: Combination): void {
    const call = this.#checked(callOfReduceScatter(array, bounds, combination, this.size));
    this.#combineParts(call, array, bounds, combination);
  }

  allGather(array: Travelling, bounds: readonly number[]): void {
    this.#gather(this.#checked(callOfAllGather(array, bounds, this.size)), array, bounds);
  }

  broadcast(array: Travelling, root: number): void {
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
    if (this.#disposed) {
      throw new CommunicatorError(`${call.operation}: this communicator was disposed`);
    }
    return call;
  }

  /** Whether MPI's own order gives the same bits as the tree. It does for integers, which wrap, and with two ranks, where there is only one sum. */
  #isOrderIrrelevant({ type, combination }: Call): boolean {
    return combination === "sum" && (this.size <= 2 || type === "int32" || type === "uint32");
  }

  /** Every rank gathers the arrays of all ranks, and combines them. */
  #combineWhole({ type }: Call, array: Combinable, combination: Combination): void {
    const all = this.#scratchView(type, 0, this.size * array.length);
    this.#mpi.allGather(array, all, type);
    const arrays = this.#ranks.map((rank) =>
      rank === this.rank ? array : this.#scratchView(type, rank * array.length, array.length),
    );
    this.#combine(type, arrays, combination);
  }

  /** Every rank receives its part from all others, one piece at a time, and combines it. */
  #combineParts(
    { type }: Call,
    array: Combinable,
    bounds: readonly number[],
    combination: Combination,
  ): void {
    const most = this.#limits.piece / array.BYTES_PER_ELEMENT;
    const longest = Math.max(...this.#ranks.map((rank) => bounds[rank + 1]! - bounds[rank]!));
    for (let done = 0; done < longest; done += most) {
      const pieceOf = (rank: number): Combinable => {
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
      this.#combine(type, pieces, combination);
    }
  }

  /**
   * Combines the arrays of all ranks into that of this rank. MPI adds, at the speed of C. It does not compute the maximum and minimum: MPI does
   * not define them for NaN and -0, and MPICH 4.0 compares uint32 as int32.
   */
  #combine(type: ElementType, arrays: readonly Combinable[], combination: Combination): void {
    const own = arrays[this.rank]!;
    inTree(arrays, (left, right) => {
      // The order of two elements does not matter.
      const [into, from] = right === own ? [right, left] : [left, right];
      if (combination === "sum") this.#mpi.reduceLocalSum(from, into, type);
      else combineInto(into, from, combination);
      return into;
    });
  }

  #gather({ type }: Call, array: Travelling, bounds: readonly number[]): void {
    if (array.byteLength <= this.#limits.message) {
      this.#mpi.allGatherParts(array, bounds, type);
      return;
    }
    for (const rank of this.#ranks) {
      this.#broadcast(type, array.subarray(bounds[rank], bounds[rank + 1]), rank);
    }
  }

  #broadcast(type: ElementType, array: Travelling, root: number): void {
    this.#inChunks(array, (piece) => this.#mpi.broadcast(piece, type, root));
  }

  /** A view of the scratch memory. @param from in elements @param length in elements */
  #scratchView(type: ElementType, from: number, length: number): Combinable {
    const { BYTES_PER_ELEMENT: each } = viewOf(type, this.#scratch, 0, 0);
    return viewOf(type, this.#scratch, from * each, length) as Combinable;
  }

  /** Divides an array into pieces that fit into a message of MPI. */
  #inChunks<A extends Travelling>(array: A, act: (piece: A) => void): void {
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
