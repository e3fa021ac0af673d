/** Describes calls as data: their arguments are checked, and ranks compare them as 32-bit words. */

import type { ReduceOperation, SendableArray } from "./communicator.ts";
import { type ElementType, elementTypes, isReducible, typeOf } from "./elements.ts";
import { CommunicatorError } from "./errors.ts";
import { reduceOperations } from "./reduce.ts";

const collectives = ["allReduce", "reduceScatter", "allGather", "broadcast", "barrier"] as const;
type Collective = (typeof collectives)[number];

/** A call of a collective operation. It must be equal on all ranks. */
export interface Call {
  readonly collective: Collective;
  readonly type: ElementType;
  /** In elements. */
  readonly length: number;
  readonly operation?: ReduceOperation;
  readonly bounds?: readonly number[];
  readonly root?: number;
}

export const barrierCall: Call = { collective: "barrier", type: "uint8", length: 0 };

/** @throws {CommunicatorError} if the communicator was disposed */
export function checkUndisposed({ collective }: Call, isDisposed: boolean): void {
  if (isDisposed) throw new CommunicatorError(`${collective}: this communicator was disposed`);
}

function sendableType(collective: Collective, array: SendableArray): ElementType {
  const type = typeOf(array);
  if (type !== undefined) return type;
  throw new CommunicatorError(
    `${collective}: the array must be a Float32Array, Float64Array, Int32Array, Uint32Array, Uint16Array or Uint8Array`,
  );
}

function checkReducible(
  collective: Collective,
  type: ElementType,
  operation: ReduceOperation,
): void {
  if (!isReducible(type)) {
    throw new CommunicatorError(
      `${collective}: arrays of ${type} cannot be combined; pass float32, float64, int32 or uint32`,
    );
  }
  if (!reduceOperations.includes(operation)) {
    throw new CommunicatorError(
      `${collective}: the operation must be one of ${reduceOperations.join(", ")}, not ${String(operation)}`,
    );
  }
}

function checkBounds(
  collective: Collective,
  bounds: readonly number[],
  ranks: number,
  length: number,
): void {
  const rises = (bound: number, i: number) =>
    Number.isSafeInteger(bound) && (i === 0 ? bound === 0 : bound >= bounds[i - 1]!);
  const isRight = bounds.length === ranks + 1 && bounds.every(rises) && bounds.at(-1) === length;
  if (!isRight) {
    throw new CommunicatorError(
      `${collective}: the bounds of ${ranks} ranks must be ${ranks + 1} offsets that rise from 0 to the array's length, ${length}, not [${bounds.join(", ")}]`,
    );
  }
}

/** @throws {CommunicatorError} */
export function callOfAllReduce(array: SendableArray, operation: ReduceOperation): Call {
  const type = sendableType("allReduce", array);
  checkReducible("allReduce", type, operation);
  return { collective: "allReduce", type, length: array.length, operation };
}

/** @throws {CommunicatorError} */
export function callOfReduceScatter(
  array: SendableArray,
  bounds: readonly number[],
  operation: ReduceOperation,
  ranks: number,
): Call {
  const type = sendableType("reduceScatter", array);
  checkReducible("reduceScatter", type, operation);
  checkBounds("reduceScatter", bounds, ranks, array.length);
  return { collective: "reduceScatter", type, length: array.length, operation, bounds };
}

/** @throws {CommunicatorError} */
export function callOfAllGather(
  array: SendableArray,
  bounds: readonly number[],
  ranks: number,
): Call {
  const type = sendableType("allGather", array);
  checkBounds("allGather", bounds, ranks, array.length);
  return { collective: "allGather", type, length: array.length, bounds };
}

/** @throws {CommunicatorError} */
export function callOfBroadcast(array: SendableArray, root: number, ranks: number): Call {
  const type = sendableType("broadcast", array);
  if (!Number.isInteger(root) || root < 0 || root >= ranks) {
    throw new CommunicatorError(
      `broadcast: root must be a rank from 0 to ${ranks - 1}, not ${root}`,
    );
  }
  return { collective: "broadcast", type, length: array.length, root };
}

/** The number of 32-bit words that describe a call. They take a multiple of 8 bytes, so that elements of any type may follow. */
export const wordsOfCall = 8;
const half = 2 ** 32;

/** A checksum of bounds, which depends on their order. */
const checksumOf = (bounds: readonly number[]): number =>
  bounds.reduce((sum, bound) => (Math.imul(sum, 31) + bound) | 0, 0);

export function writeCall(call: Call, words: Int32Array): void {
  words.set([
    collectives.indexOf(call.collective),
    elementTypes.indexOf(call.type),
    call.length | 0,
    Math.floor(call.length / half),
    call.operation === undefined ? -1 : reduceOperations.indexOf(call.operation),
    call.bounds === undefined ? 0 : checksumOf(call.bounds),
    call.root ?? -1,
    0,
  ]);
}

function described(words: Int32Array): string {
  const [collective, type, low, high, operation, sum, root] = words;
  const length = high! * half + (low! >>> 0);
  const details = [
    ...(collectives[collective!] === "barrier" ? [] : [`${length} ${elementTypes[type!]}`]),
    ...(reduceOperations[operation!] === undefined ? [] : [reduceOperations[operation!]]),
    ...(sum === 0 ? [] : [`bounds with checksum ${sum}`]),
    ...(root === -1 ? [] : [`root ${root}`]),
  ];
  return `${collectives[collective!] ?? "an unknown operation"}(${details.join(", ")})`;
}

/** @throws {CommunicatorError} if two ranks make different calls */
export function checkSame(mine: Int32Array, rank: number, theirs: Int32Array, other: number): void {
  if (mine.every((word, i) => word === theirs[i])) return;
  throw new CommunicatorError(
    `all ranks must make the same calls in the same order, but rank ${rank} calls ${described(mine)}, and rank ${other} calls ${described(theirs)}`,
  );
}

/** Divides an array into parts whose lengths differ by at most one element. @returns `ranks + 1` offsets */
export const evenBounds = (length: number, ranks: number): readonly number[] =>
  Array.from({ length: ranks + 1 }, (_, rank) => Math.floor((length * rank) / ranks));
