/** A communicator made of messages: what a transport of one's own needs to bring along is to send and to receive. */
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
} from "./calls.ts";
import { combineInto, inTree } from "./combine.ts";
import type { Combinable, Combination, Communicator, Travelling } from "./communicator.ts";
import { viewOf } from "./elements.ts";
import { CommunicatorError } from "./errors.ts";

/** Who can send bytes to every other rank: sockets, WebRTC's data channels, queues of one process. */
export interface Messages {
  /** For messages and reports: "sockets". */
  readonly transport: string;
  /** This rank, from 0. */
  readonly rank: number;
  /** The number of ranks. */
  readonly size: number;
  /**
   * Sends a message to another rank. It may be any length, and is read until the promise is settled, or the call has returned. It must not wait
   * for a call of `receive` over there.
   * @param to the rank that it is for, from 0
   * @param message any bytes
   */
  send(to: number, message: Uint8Array): void | Promise<void>;
  /**
   * The next message of another rank, in the order in which that one sent them, as the array that was sent or a copy. It is the receiver's to
   * change. Rejects once that rank is lost.
   * @param from the rank that sent it, from 0
   */
  receive(from: number): Promise<Uint8Array>;
  /**
   * Ends all ranks, as far as it can reach them, and says the sentence that is given.
   * @param sentence why, for messages
   */
  abort(sentence: string): void;
  /** Gives back what it holds, such as sockets. */
  close(): void;
}

const headerBytes = 4 * wordsOfCall;

/** Arrays up to so many bytes go whole to every rank, which is one message each instead of two. */
const fewBytes = 4096;

/**
 * Makes a communicator of messages. All its operations return promises; those that are called before others are done wait for them.
 *
 * Each message carries what its rank calls, so that ranks whose calls differ are refused, by name.
 */
export const overMessages = (messages: Messages): Communicator => new MessageCommunicator(messages);

class MessageCommunicator implements Communicator {
  readonly transport: string;
  readonly rank: number;
  readonly size: number;
  readonly synchronous = false;
  readonly #messages: Messages;
  /** The last operation that was called: messages of two at a time would be mixed up. */
  #last: Promise<unknown> = Promise.resolve();
  #disposed = false;

  constructor(messages: Messages) {
    this.transport = messages.transport;
    this.rank = messages.rank;
    this.size = messages.size;
    this.#messages = messages;
  }

  async allReduce(array: Combinable, combination: Combination): Promise<void> {
    const call = callOfAllReduce(array, combination);
    const bounds = evenBounds(array.length, this.size);
    await this.#inTurn(call, async () => {
      if (array.byteLength <= fewBytes) {
        await this.#combine(call, combination, array, () => array);
      } else {
        await this.#combineParts(call, combination, array, bounds);
        await this.#gather(call, array, bounds);
      }
    });
  }

  async reduceScatter(
    array: Combinable,
    bounds: readonly number[],
    combination: Combination,
  ): Promise<void> {
    const call = callOfReduceScatter(array, bounds, combination, this.size);
    await this.#inTurn(call, () => this.#combineParts(call, combination, array, bounds));
  }

  async allGather(array: Travelling, bounds: readonly number[]): Promise<void> {
    const call = callOfAllGather(array, bounds, this.size);
    await this.#inTurn(call, () => this.#gather(call, array, bounds));
  }

  async broadcast(array: Travelling, root: number): Promise<void> {
    const call = callOfBroadcast(array, root, this.size);
    const nothing = array.subarray(0, 0);
    await this.#inTurn(call, async () => {
      const received = await this.#trade(call, () => (this.rank === root ? array : nothing));
      if (this.rank !== root) array.set(received[root]!);
    });
  }

  async barrier(): Promise<void> {
    const nothing = new Uint8Array();
    await this.#inTurn(barrierCall, () => this.#trade(barrierCall, () => nothing));
  }

  abort(reason: string): void {
    this.#messages.abort(`rank ${this.rank} of ${this.size} ends the run: ${reason}`);
  }

  dispose(): void {
    this.#disposed = true;
    this.#messages.close();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #inTurn(call: Call, act: () => Promise<unknown>): Promise<unknown> {
    if (this.#disposed) {
      throw new CommunicatorError(`${call.operation}: the communicator is disposed`);
    }
    this.#last = this.#last.then(act);
    return this.#last;
  }

  #combineParts(
    call: Call,
    combination: Combination,
    array: Combinable,
    bounds: readonly number[],
  ): Promise<void> {
    const part = (rank: number) => array.subarray(bounds[rank], bounds[rank + 1]);
    return this.#combine(call, combination, part(this.rank), part);
  }

  /** Combines this rank's own elements with those that others send of the same. */
  async #combine(
    call: Call,
    combination: Combination,
    own: Combinable,
    sent: (rank: number) => Combinable,
  ): Promise<void> {
    const received = (await this.#trade(call, sent)) as Combinable[];
    received[this.rank] = own;
    const result = inTree(received, (left, right) => combineInto(left, right, combination));
    if (result !== own) own.set(result);
  }

  async #gather(call: Call, array: Travelling, bounds: readonly number[]): Promise<void> {
    const own = array.subarray(bounds[this.rank], bounds[this.rank + 1]);
    const received = await this.#trade(call, () => own);
    for (const [rank, part] of received.entries()) {
      if (rank !== this.rank) array.set(part, bounds[rank]!);
    }
  }

  /**
   * Sends something to each other rank, and receives what they send.
   * @returns by rank; this rank's own place is not filled
   */
  async #trade(call: Call, sent: (rank: number) => Travelling): Promise<Travelling[]> {
    const words = new Int32Array(wordsOfCall);
    writeCall(call, words);
    const received: Travelling[] = [];
    const withOne = async (rank: number) => {
      const [message] = await Promise.all([
        this.#messages.receive(rank),
        this.#messages.send(rank, messageOf(words, sent(rank))),
      ]);
      received[rank] = this.#read(call, words, rank, message);
    };
    const others = Array.from({ length: this.size }, (_, rank) => rank);
    await Promise.all(others.filter((rank) => rank !== this.rank).map(withOne));
    return received;
  }

  #read(call: Call, words: Int32Array, from: number, message: Uint8Array): Travelling {
    // Elements start at a multiple of their size.
    const { buffer, byteOffset } = message.byteOffset % 8 === 0 ? message : message.slice();
    checkSame(words, this.rank, new Int32Array(buffer, byteOffset, wordsOfCall), from);
    const bytes = message.byteLength - headerBytes;
    const each = viewOf(call.type, buffer, 0, 0).BYTES_PER_ELEMENT;
    return viewOf(call.type, buffer, byteOffset + headerBytes, bytes / each);
  }
}

function messageOf(words: Int32Array, array: Travelling): Uint8Array {
  const message = new Uint8Array(headerBytes + array.byteLength);
  message.set(new Uint8Array(words.buffer));
  message.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), headerBytes);
  return message;
}
