/** Makes a communicator for a user's own transport, which only has to send and receive messages. */
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
} from "./calls.ts";
import type {
  Communicator,
  ReduceOperation,
  ReducibleArray,
  SendableArray,
} from "./communicator.ts";
import { viewOf } from "./elements.ts";
import { reduceInto, treeReduce } from "./reduce.ts";

/** A transport that can send bytes to every other rank: sockets, data channels of WebRTC, or queues in one process. */
export interface MessageTransport {
  /** The name of the transport, for messages and reports: "sockets". */
  readonly transport: string;
  /** The number of this rank, from 0. */
  readonly rank: number;
  /** The number of ranks. */
  readonly size: number;
  /**
   * Sends a message to another rank. The message may have any length, and does not change until the call has returned or its promise is
   * settled. `send` must not wait until the other rank calls `receive`.
   * @param to the number of the other rank, from 0
   * @param message any bytes
   */
  send(to: number, message: Uint8Array): void | Promise<void>;
  /**
   * Receives the next message of another rank, in the order in which that rank sent them: the array that was sent, or a copy. The receiver
   * may change it. The promise rejects if that rank is lost.
   * @param from the number of the rank that sent it, from 0
   */
  receive(from: number): Promise<Uint8Array>;
  /**
   * Ends all ranks that it can reach.
   * @param sentence the reason, for messages
   */
  abort(sentence: string): void;
  /** Releases resources, such as sockets. */
  close(): void;
}

const headerBytes = 4 * wordsOfCall;

/** An array of at most this many bytes goes whole to every rank, which takes one message instead of two. */
const wholeArrayBytes = 4096;

/**
 * Makes a communicator from a transport that can send and receive messages, such as sockets or data channels of WebRTC. All its operations
 * return promises. An operation waits until the operations before it are done.
 *
 * Each message has a header that describes the call. So if ranks make different calls, the operation throws, and the error shows both
 * calls.
 *
 * @example
 * const streams = [0, 1].map(() => new TransformStream<Uint8Array, Uint8Array>());
 * const inboxes = streams.map(({ readable }) => readable.getReader());
 * const writers = streams.map(({ writable }) => writable.getWriter());
 * const ranks = [0, 1].map((rank) =>
 *   overMessages({
 *     ...{ transport: "streams", rank, size: 2 },
 *     send: (to, message) => void writers[to].write(message),
 *     receive: async () => (await inboxes[rank].read()).value!,
 *     abort: (sentence) => console.error(sentence),
 *     close() {},
 *   }),
 * );
 * const sum = async (ranked: Communicator) => {
 *   const array = new Float32Array([1, ranked.rank]);
 *   await ranked.allReduce(array, "sum");
 *   return array; // [2, 1]
 * };
 * await Promise.all(ranks.map(sum));
 */
export const overMessages = (messages: MessageTransport): Communicator =>
  new MessageCommunicator(messages);

class MessageCommunicator implements Communicator {
  readonly transport: string;
  readonly rank: number;
  readonly size: number;
  readonly synchronous = false;
  readonly #messages: MessageTransport;
  /** The last operation that was called. The next one waits for it: messages of two operations would be mixed up. */
  #last: Promise<unknown> = Promise.resolve();
  #disposed = false;

  constructor(messages: MessageTransport) {
    this.transport = messages.transport;
    this.rank = messages.rank;
    this.size = messages.size;
    this.#messages = messages;
  }

  async allReduce(array: ReducibleArray, operation: ReduceOperation): Promise<void> {
    const call = callOfAllReduce(array, operation);
    const bounds = evenBounds(array.length, this.size);
    await this.#enqueue(call, async () => {
      if (array.byteLength <= wholeArrayBytes) {
        await this.#reduce(call, operation, array, () => array);
      } else {
        await this.#reduceParts(call, operation, array, bounds);
        await this.#gather(call, array, bounds);
      }
    });
  }

  async reduceScatter(
    array: ReducibleArray,
    bounds: readonly number[],
    operation: ReduceOperation,
  ): Promise<void> {
    const call = callOfReduceScatter(array, bounds, operation, this.size);
    await this.#enqueue(call, () => this.#reduceParts(call, operation, array, bounds));
  }

  async allGather(array: SendableArray, bounds: readonly number[]): Promise<void> {
    const call = callOfAllGather(array, bounds, this.size);
    await this.#enqueue(call, () => this.#gather(call, array, bounds));
  }

  async broadcast(array: SendableArray, root: number): Promise<void> {
    const call = callOfBroadcast(array, root, this.size);
    const nothing = array.subarray(0, 0);
    await this.#enqueue(call, async () => {
      const received = await this.#exchange(call, () => (this.rank === root ? array : nothing));
      if (this.rank !== root) array.set(received[root]!);
    });
  }

  async barrier(): Promise<void> {
    const nothing = new Uint8Array();
    await this.#enqueue(barrierCall, () => this.#exchange(barrierCall, () => nothing));
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

  #enqueue(call: Call, act: () => Promise<unknown>): Promise<unknown> {
    checkUndisposed(call, this.#disposed);
    this.#last = this.#last.then(act);
    return this.#last;
  }

  #reduceParts(
    call: Call,
    operation: ReduceOperation,
    array: ReducibleArray,
    bounds: readonly number[],
  ): Promise<void> {
    const part = (rank: number) => array.subarray(bounds[rank], bounds[rank + 1]);
    return this.#reduce(call, operation, part(this.rank), part);
  }

  /** Combines this rank's elements with the same elements of all other ranks. */
  async #reduce(
    call: Call,
    operation: ReduceOperation,
    own: ReducibleArray,
    sent: (rank: number) => ReducibleArray,
  ): Promise<void> {
    const received = (await this.#exchange(call, sent)) as ReducibleArray[];
    received[this.rank] = own;
    const result = treeReduce(received, (left, right) => reduceInto(left, right, operation));
    if (result !== own) own.set(result);
  }

  async #gather(call: Call, array: SendableArray, bounds: readonly number[]): Promise<void> {
    const own = array.subarray(bounds[this.rank], bounds[this.rank + 1]);
    const received = await this.#exchange(call, () => own);
    for (const [rank, part] of received.entries()) {
      if (rank !== this.rank) array.set(part, bounds[rank]!);
    }
  }

  /**
   * Sends an array to each other rank, and receives theirs.
   * @returns the arrays by rank; the place of this rank is empty
   */
  async #exchange(call: Call, sent: (rank: number) => SendableArray): Promise<SendableArray[]> {
    const words = new Int32Array(wordsOfCall);
    writeCall(call, words);
    const received: SendableArray[] = [];
    const withRank = async (rank: number) => {
      const [message] = await Promise.all([
        this.#messages.receive(rank),
        this.#messages.send(rank, messageOf(words, sent(rank))),
      ]);
      received[rank] = this.#read(call, words, rank, message);
    };
    const others = Array.from({ length: this.size }, (_, rank) => rank);
    await Promise.all(others.filter((rank) => rank !== this.rank).map(withRank));
    return received;
  }

  #read(call: Call, words: Int32Array, from: number, message: Uint8Array): SendableArray {
    // Typed arrays must start at a multiple of their element size.
    const { buffer, byteOffset } = message.byteOffset % 8 === 0 ? message : message.slice();
    checkSame(words, this.rank, new Int32Array(buffer, byteOffset, wordsOfCall), from);
    const bytes = message.byteLength - headerBytes;
    const each = viewOf(call.type, buffer, 0, 0).BYTES_PER_ELEMENT;
    return viewOf(call.type, buffer, byteOffset + headerBytes, bytes / each);
  }
}

function messageOf(words: Int32Array, array: SendableArray): Uint8Array {
  const message = new Uint8Array(headerBytes + array.byteLength);
  message.set(new Uint8Array(words.buffer));
  message.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), headerBytes);
  return message;
}
