/** Describes calls as data: their arguments are checked, and ranks compare them as 32-bit words. */
import { combinations } from "./combine.ts";
import type { Combination, Travelling } from "./communicator.ts";
import { type ElementType, elementTypes, isCombinable, typeOf } from "./elements.ts";
import { CommunicatorError } from "./errors.ts";

const operations = ["allReduce", "reduceScatter", "allGather", "broadcast", "barrier"] as const;
type Operation = (typeof operations)[number];

/** A call of an operation. It must be equal on all ranks. */
export interface Call {
  readonly operation: Operation;
  readonly type: ElementType;
  /** In elements. */
  readonly length: number;
  readonly combination?: Combination;
  readonly bounds?: readonly number[];
  readonly root?: number;
}

export const barrierCall: Call = { operation: "barrier", type: "uint8", length: 0 };

function typed(operation: Operation, array: Travelling): ElementType {
  const type = typeOf(array);
  if (type !== undefined) return type;
  throw new CommunicatorError(
    `${operation}: the array must be a Float32Array, Float64Array, Int32Array, Uint32Array, Uint16Array or Uint8Array`,
  );
}

function checkCombined(operation: Operation, type: ElementType, combination: Combination): void {
  if (!isCombinable(type)) {
    throw new CommunicatorError(
      `${operation}: arrays of ${type} cannot be combined; pass float32, float64, int32 or uint32`,
    );
  }
  if (!combinations.includes(combination)) {
    throw new CommunicatorError(
      `${operation}: the combination must be one of ${combinations.join(", ")}, not ${String(combination)}`,
    );
  }
}

function checkBounds(
  operation: Operation,
  bounds: readonly number[],
  ranks: number,
  length: number,
): void {
  const rises = (bound: number, i: number) =>
    Number.isSafeInteger(bound) && (i === 0 ? bound === 0 : bound >= bounds[i - 1]!);
  const isRight = bounds.length === ranks + 1 && bounds.every(rises) && bounds.at(-1) === length;
  if (!isRight) {
    throw new CommunicatorError(
      `${operation}: the bounds of ${ranks} ranks must be ${ranks + 1} offsets that rise from 0 to the array's length, ${length}, not [${bounds.join(", ")}]`,
    );
  }
}

/** @throws {CommunicatorError} */
export function callOfAllReduce(array: Travelling, combination: Combination): Call {
  const type = typed("allReduce", array);
  checkCombined("allReduce", type, combination);
  return { operation: "allReduce", type, length: array.length, combination };
}

/** @throws {CommunicatorError} */
export function callOfReduceScatter(
  array: Travelling,
  bounds: readonly number[],
  combination: Combination,
  ranks: number,
): Call {
  const type = typed("reduceScatter", array);
  checkCombined("reduceScatter", type, combination);
  checkBounds("reduceScatter", bounds, ranks, array.length);
  return { operation: "reduceScatter", type, length: array.length, combination, bounds };
}

/** @throws {CommunicatorError} */
export function callOfAllGather(array: Travelling, bounds: readonly number[], ranks: number): Call {
  const type = typed("allGather", array);
  checkBounds("allGather", bounds, ranks, array.length);
  return { operation: "allGather", type, length: array.length, bounds };
}

/** @throws {CommunicatorError} */
export function callOfBroadcast(array: Travelling, root: number, ranks: number): Call {
  const type = typed("broadcast", array);
  if (!Number.isInteger(root) || root < 0 || root >= ranks) {
    throw new CommunicatorError(
      `broadcast: root must be a rank from 0 to ${ranks - 1}, not ${root}`,
    );
  }
  return { operation: "broadcast", type, length: array.length, root };
}

/** The number of 32-bit words that describe a call. They take a multiple of 8 bytes, so that elements of any type may follow. */
export const wordsOfCall = 8;
const half = 2 ** 32;

/** A checksum of bounds, which depends on their order. */
const sumOf = (bounds: readonly number[]): number =>
  bounds.reduce((sum, bound) => (Math.imul(sum, 31) + bound) | 0, 0);

export function writeCall(call: Call, words: Int32Array): void {
  words.set([
    operations.indexOf(call.operation),
    elementTypes.indexOf(call.type),
    call.length | 0,
    Math.floor(call.length / half),
    call.combination === undefined ? -1 : combinations.indexOf(call.combination),
    call.bounds === undefined ? 0 : sumOf(call.bounds),
    call.root ?? -1,
    0,
  ]);
}

function described(words: Int32Array): string {
  const [operation, type, low, high, combination, sum, root] = words;
  const length = high! * half + (low! >>> 0);
  const said = [
    ...(operations[operation!] === "barrier" ? [] : [`${length} ${elementTypes[type!]}`]),
    ...(combinations[combination!] === undefined ? [] : [combinations[combination!]]),
    ...(sum === 0 ? [] : [`bounds with checksum ${sum}`]),
    ...(root === -1 ? [] : [`root ${root}`]),
  ];
  return `${operations[operation!] ?? "an unknown operation"}(${said.join(", ")})`;
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
