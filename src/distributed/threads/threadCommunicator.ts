/** The communicator of a rank in a thread. Arrays go through memory that all threads of the run share. */
import {
  barrierCall,
  type Call,
  callOfAllGather,
  callOfAllReduce,
  callOfBroadcast,
  callOfReduceScatter,
  checkSame,
  checkUndisposed,
  evenBounds,
  wordsOfCall,
  writeCall,
} from "../calls.ts";
import type {
  Communicator,
  ReduceOperation,
  ReducibleArray,
  SendableArray,
} from "../communicator.ts";
import { viewOf } from "../elements.ts";
import { RankError } from "../errors.ts";
import { reduceInto, treeReduce } from "../reduce.ts";
import { mailboxBytes, type ThreadRank, words } from "./shared.ts";

/** Elements `from` up to `to`. */
type Range = readonly [from: number, to: number];
const emptyRange: Range = [0, 0];

/** The elements in both ranges. If there are none, an empty range at the start of the first. */
const overlap = (a: Range, b: Range): Range => {
  const [from, to] = [Math.max(a[0], b[0]), Math.min(a[1], b[1])];
  return from < to ? [from, to] : [a[0], a[0]];
};

/** Milliseconds until a waiting rank checks again whether the others still run. */
const pollMilliseconds = 1000;

/** Tells the thread that started this rank why it aborts. */
export type Report = (reason: string) => void;

export class ThreadCommunicator implements Communicator {
  readonly transport = "threads";
  readonly synchronous = true;
  readonly rank: number;
  readonly size: number;
  readonly #control: Int32Array;
  readonly #mailboxes: SharedArrayBuffer;
  readonly #report: Report;
  /** Which of the two descriptions of a call, and of the two mailboxes, is next. */
  #callTurn = 0;
  #turn = 0;
  #disposed = false;

  constructor({ rank, size, control, mailboxes }: ThreadRank, report: Report) {
    this.rank = rank;
    this.size = size;
    this.#control = new Int32Array(control);
    this.#mailboxes = mailboxes;
    this.#report = report;
  }

  allReduce(array: ReducibleArray, operation: ReduceOperation): void {
    const call = callOfAllReduce(array, operation);
    const all: Range = [0, array.length];
    this.#checkCall(call);
    this.#exchange(call, array, all, all);
  }

  reduceScatter(
    array: ReducibleArray,
    bounds: readonly number[],
    operation: ReduceOperation,
  ): void {
    const call = callOfReduceScatter(array, bounds, operation, this.size);
    this.#checkCall(call);
    this.#exchange(call, array, [0, array.length], this.#own(bounds));
  }

  allGather(array: SendableArray, bounds: readonly number[]): void {
    const call = callOfAllGather(array, bounds, this.size);
    this.#checkCall(call);
    this.#exchange(call, array, this.#own(bounds), [0, array.length]);
  }

  broadcast(array: SendableArray, root: number): void {
    const call = callOfBroadcast(array, root, this.size);
    const all: Range = [0, array.length];
    this.#checkCall(call);
    this.#exchange(call, array, this.rank === root ? all : emptyRange, all);
  }

  barrier(): void {
    this.#checkCall(barrierCall);
  }

  abort(reason: string): never {
    this.#report(reason);
    // The thread that started this one ends it.
    for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }

  dispose(): void {
    this.#disposed = true;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #own(bounds: readonly number[]): Range {
    return [bounds[this.rank]!, bounds[this.rank + 1]!];
  }

  /**
   * Waits for all ranks, and checks that they make the same call. All ranks see the same calls, so they continue or throw together.
   * @throws {CommunicatorError}
   */
  #checkCall(call: Call): void {
    checkUndisposed(call, this.#disposed);
    writeCall(call, this.#callOf(this.rank));
    this.#waitForAll();
    const calls = Array.from({ length: this.size }, (_, rank) => this.#callOf(rank));
    // A rank writes here again only after the next barrier.
    this.#callTurn = 1 - this.#callTurn;
    for (const [rank, other] of calls.entries()) checkSame(calls[0]!, 0, other, rank);
  }

  /** Where a rank describes its call. */
  #callOf(rank: number): Int32Array {
    const from = words.ranks + this.size + (2 * rank + this.#callTurn) * wordsOfCall;
    return this.#control.subarray(from, from + wordsOfCall);
  }

  /** A view of a rank's mailbox. @param length in elements */
  #mailbox(call: Call, rank: number, length: number): SendableArray {
    const from = (2 * rank + this.#turn) * mailboxBytes;
    return viewOf(call.type, this.#mailboxes, from, length);
  }

  /**
   * Moves an array through the mailboxes, one piece at a time. Each rank writes the elements that it gives, and reads those that it gets. If
   * arrays are combined, each rank writes into its own mailbox, and combines its share of all mailboxes in place. Otherwise, all ranks write into the
   * first mailbox, at different places.
   */
  #exchange(call: Call, array: SendableArray, input: Range, output: Range): void {
    const { operation } = call;
    const most = mailboxBytes / array.BYTES_PER_ELEMENT;
    for (let start = 0; start < array.length; start += most) {
      const piece: Range = [start, Math.min(start + most, array.length)];
      const length = piece[1] - start;
      const [giveFrom, giveTo] = overlap(piece, input);
      const slot = operation === undefined ? 0 : this.rank;
      this.#mailbox(call, slot, length).set(array.subarray(giveFrom, giveTo), giveFrom - start);
      this.#waitForAll();
      if (operation !== undefined) {
        this.#reduceShare(call, length, operation);
        this.#waitForAll();
      }
      const [takeFrom, takeTo] = overlap(piece, output);
      const result = this.#mailbox(call, 0, length).subarray(takeFrom - start, takeTo - start);
      array.set(result, takeFrom);
      // A rank fills this mailbox again only after the next barrier.
      this.#turn = 1 - this.#turn;
    }
  }

  /** Leaves the result in the first mailbox, because a tree combines into its first array. */
  #reduceShare(call: Call, length: number, operation: ReduceOperation): void {
    const bounds = evenBounds(length, this.size);
    const [from, to] = this.#own(bounds);
    const shares = Array.from(
      { length: this.size },
      (_, rank) => this.#mailbox(call, rank, length).subarray(from, to) as ReducibleArray,
    );
    treeReduce(shares, (left, right) => reduceInto(left, right, operation));
  }

  /** Waits until all ranks are here. */
  #waitForAll(): void {
    const control = this.#control;
    const barrier = Atomics.load(control, words.barriers);
    if (Atomics.add(control, words.arrived, 1) === this.size - 1) {
      Atomics.store(control, words.arrived, 0);
      Atomics.add(control, words.barriers, 1);
      Atomics.notify(control, words.barriers);
      return;
    }
    while (Atomics.load(control, words.barriers) === barrier) {
      for (let rank = 0; rank < this.size; rank++) {
        if (Atomics.load(control, words.ranks + rank) !== 0) throw this.#endedError(rank);
      }
      Atomics.wait(control, words.barriers, barrier, pollMilliseconds);
    }
  }

  #endedError(rank: number): RankError {
    const { size } = this;
    return new RankError(
      rank,
      `rank ${rank} of ${size} has ended, but rank ${this.rank} waits for it: all ranks must make the same calls`,
    );
  }
}
