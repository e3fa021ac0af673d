/** A rank in a thread: arrays go through memory that all threads of the run share. */
import {
  barrierCall,
  type Call,
  callOfAllGather,
  callOfAllReduce,
  callOfBroadcast,
  callOfReduceScatter,
  checkSame,
  evenBounds,
  wordsOfCall,
  writeCall,
} from "../calls.ts";
import { combineInto, inTree } from "../combine.ts";
import type { Combinable, Combination, Communicator, Travelling } from "../communicator.ts";
import { viewOf } from "../elements.ts";
import { CommunicatorError, RankError } from "../errors.ts";
import { mailboxBytes, type Seat, words } from "./shared.ts";

/** Elements from one up to another. */
type Range = readonly [from: number, to: number];
const nothing: Range = [0, 0];

/** What is in both; where that is nothing, it is at the start of the first. */
const overlap = (a: Range, b: Range): Range => {
  const [from, to] = [Math.max(a[0], b[0]), Math.min(a[1], b[1])];
  return from < to ? [from, to] : [a[0], a[0]];
};

/** Milliseconds until a rank that waits looks whether the others are still there. */
const patience = 1000;

/** What a rank that gives up tells who has started it. */
export type Report = (reason: string) => void;

export class ThreadCommunicator implements Communicator {
  readonly transport = "threads";
  readonly synchronous = true;
  readonly rank: number;
  readonly size: number;
  readonly #control: Int32Array;
  readonly #mailboxes: SharedArrayBuffer;
  readonly #report: Report;
  /** Which of the two places of a call, and of the mailboxes, is next. */
  #callTurn = 0;
  #turn = 0;
  #disposed = false;

  constructor({ rank, size, control, mailboxes }: Seat, report: Report) {
    this.rank = rank;
    this.size = size;
    this.#control = new Int32Array(control);
    this.#mailboxes = mailboxes;
    this.#report = report;
  }

  allReduce(array: Combinable, combination: Combination): void {
    const call = callOfAllReduce(array, combination);
    const all: Range = [0, array.length];
    this.#agree(call);
    this.#exchange(call, array, all, all);
  }

  reduceScatter(array: Combinable, bounds: readonly number[], combination: Combination): void {
    const call = callOfReduceScatter(array, bounds, combination, this.size);
    this.#agree(call);
    this.#exchange(call, array, [0, array.length], this.#own(bounds));
  }

  allGather(array: Travelling, bounds: readonly number[]): void {
    const call = callOfAllGather(array, bounds, this.size);
    this.#agree(call);
    this.#exchange(call, array, this.#own(bounds), [0, array.length]);
  }

  broadcast(array: Travelling, root: number): void {
    const call = callOfBroadcast(array, root, this.size);
    const all: Range = [0, array.length];
    this.#agree(call);
    this.#exchange(call, array, this.rank === root ? all : nothing, all);
  }

  barrier(): void {
    this.#agree(barrierCall);
  }

  abort(reason: string): never {
    this.#report(reason);
    // Whoever has started this thread ends it.
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
   * Waits for all ranks, and finds out whether they make the same call. All of them see the same, and go on or throw together.
   * @throws {CommunicatorError}
   */
  #agree(call: Call): void {
    if (this.#disposed)
      throw new CommunicatorError(`${call.operation}: this communicator was disposed`);
    writeCall(call, this.#callOf(this.rank));
    this.#meet();
    const calls = Array.from({ length: this.size }, (_, rank) => this.#callOf(rank));
    // Whoever writes in these places again has met all others in between.
    this.#callTurn = 1 - this.#callTurn;
    for (const [rank, other] of calls.entries()) checkSame(calls[0]!, 0, other, rank);
  }

  /** Where a rank writes what it calls. */
  #callOf(rank: number): Int32Array {
    const from = words.ranks + this.size + (2 * rank + this.#callTurn) * wordsOfCall;
    return this.#control.subarray(from, from + wordsOfCall);
  }

  /** A rank's mailbox, for as many elements of an array as are in it. */
  #mailbox(call: Call, rank: number, length: number): Travelling {
    const from = (2 * rank + this.#turn) * mailboxBytes;
    return viewOf(call.type, this.#mailboxes, from, length);
  }

  /**
   * Moves an array through the mailboxes, a piece at a time: each rank puts in what it gives, and takes out what it is to have. What is combined each rank gives in its own mailbox,
   * and makes one of its share of all of them, in place; else all give in the first one, each elsewhere.
   */
  #exchange(call: Call, array: Travelling, given: Range, taken: Range): void {
    const { combination } = call;
    const most = mailboxBytes / array.BYTES_PER_ELEMENT;
    for (let start = 0; start < array.length; start += most) {
      const piece: Range = [start, Math.min(start + most, array.length)];
      const length = piece[1] - start;
      const [giveFrom, giveTo] = overlap(piece, given);
      const slot = combination === undefined ? 0 : this.rank;
      this.#mailbox(call, slot, length).set(array.subarray(giveFrom, giveTo), giveFrom - start);
      this.#meet();
      if (combination !== undefined) {
        this.#combineShare(call, length, combination);
        this.#meet();
      }
      const [takeFrom, takeTo] = overlap(piece, taken);
      const result = this.#mailbox(call, 0, length).subarray(takeFrom - start, takeTo - start);
      array.set(result, takeFrom);
      // Whoever fills this mailbox again has met all others in between.
      this.#turn = 1 - this.#turn;
    }
  }

  /** The result is in the first mailbox, for a tree's result is in its first place. */
  #combineShare(call: Call, length: number, combination: Combination): void {
    const bounds = evenBounds(length, this.size);
    const [from, to] = this.#own(bounds);
    const shares = Array.from(
      { length: this.size },
      (_, rank) => this.#mailbox(call, rank, length).subarray(from, to) as Combinable,
    );
    inTree(shares, (left, right) => combineInto(left, right, combination));
  }

  /** Waits until all ranks are here. */
  #meet(): void {
    const control = this.#control;
    const meeting = Atomics.load(control, words.meetings);
    if (Atomics.add(control, words.arrived, 1) === this.size - 1) {
      Atomics.store(control, words.arrived, 0);
      Atomics.add(control, words.meetings, 1);
      Atomics.notify(control, words.meetings);
      return;
    }
    while (Atomics.load(control, words.meetings) === meeting) {
      for (let rank = 0; rank < this.size; rank++) {
        if (Atomics.load(control, words.ranks + rank) !== 0) throw this.#gone(rank);
      }
      Atomics.wait(control, words.meetings, meeting, patience);
    }
  }

  #gone(rank: number): RankError {
    const { size } = this;
    return new RankError(
      rank,
      `rank ${rank} of ${size} has ended, but rank ${this.rank} waits for it: all ranks must make the same calls`,
    );
  }
}
