import type { Allowance } from "../../allowance.ts";
import { CheckpointError, quote } from "../errors.ts";
import {
  bitsOfType,
  type DataType,
  type Header,
  headerCosts,
  maxAxes,
  maxHeaderBytes,
  memoryOf,
  metadataKey,
  prefixBytes,
  type TensorInfo,
} from "./format.ts";
import { Scanner } from "./scanner.ts";

const fields = ["dtype", "shape", "data_offsets"];
const types = Object.keys(bitsOfType);

/**
 * The header's length, from the first 8 bytes.
 * @param fileBytes the size of the whole file
 * @throws {CheckpointError} if there can be no such header
 */
export function headerBytesOf(prefix: Uint8Array, fileBytes: number): number {
  if (prefix.length < prefixBytes || fileBytes < prefixBytes) {
    throw new CheckpointError(
      `the file has ${fileBytes} bytes and no room for a header: it was cut off, or is not a checkpoint`,
    );
  }
  const view = new DataView(prefix.buffer, prefix.byteOffset, prefixBytes);
  const length = view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32;
  if (length > maxHeaderBytes) {
    throw new CheckpointError(
      `its header would have ${length} bytes, of ${maxHeaderBytes} at most: the file is damaged, or not a safetensors file`,
    );
  }
  if (prefixBytes + length > fileBytes) {
    throw new CheckpointError(
      `its header has ${length} bytes, and the file ${fileBytes} in all: it was cut off`,
    );
  }
  return length;
}

/**
 * Reads a header and checks all of it.
 * @param bytes the header alone
 * @param dataBytes the number of all bytes after it
 * @throws {CheckpointError} if anything does not follow the format
 */
export function parseHeader(bytes: Uint8Array, dataBytes: number): Header {
  const scanner = new Scanner(decoded(bytes));
  const memory = memoryOf(bytes.length);
  const tensors = new Map<string, TensorInfo>();
  let metadata: ReadonlyMap<string, string> | undefined;
  for (let name = scanner.firstName(); name !== undefined; name = scanner.nextName()) {
    const before = tensors.size;
    if (name !== metadataKey) {
      memory.take(headerCosts.tensor);
      tensors.set(name, readTensor(scanner, name));
    }
    if (name === metadataKey ? metadata !== undefined : tensors.size === before) {
      scanner.refuse(`${quote(name)} is there twice`);
    }
    if (name === metadataKey) {
      metadata = readMetadata(scanner, memory);
    }
  }
  scanner.expectEnd();
  checkPlaces(tensors, dataBytes);
  return { metadata: metadata ?? new Map(), tensors };
}

function decoded(bytes: Uint8Array): string {
  if (bytes[0] !== 0x7b) {
    throw new CheckpointError(
      "its header does not begin with {: the file is damaged, or not a safetensors file",
    );
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new CheckpointError("its header is not UTF-8: the file is damaged", { cause });
  }
}

function readMetadata(scanner: Scanner, memory: Allowance): ReadonlyMap<string, string> {
  const metadata = new Map<string, string>();
  for (let name = scanner.firstName(); name !== undefined; name = scanner.nextName()) {
    if (metadata.has(name)) {
      scanner.refuse(`${quote(name)} is there twice`);
    }
    memory.take(headerCosts.text);
    metadata.set(name, scanner.string());
  }
  return metadata;
}

function readTensor(scanner: Scanner, name: string): TensorInfo {
  let dtype: string | undefined;
  let shape: number[] | undefined;
  let offsets: number[] | undefined;
  let field = scanner.firstName(fields);
  for (; field !== undefined; field = scanner.nextName(fields)) {
    if (field === "dtype" && dtype === undefined) {
      dtype = scanner.string(types);
    } else if (field === "shape" && shape === undefined) {
      shape = scanner.wholeNumbers(maxAxes);
    } else if (field === "data_offsets" && offsets === undefined) {
      offsets = scanner.wholeNumbers(2);
    } else {
      scanner.refuse(`tensor ${quote(name)} has ${quote(field)} twice, or should not have it`);
    }
  }
  if (dtype === undefined || shape === undefined || offsets?.length !== 2) {
    scanner.refuse(`tensor ${quote(name)} lacks dtype, shape or two data_offsets`);
  }
  if (!Object.hasOwn(bitsOfType, dtype)) {
    scanner.refuse(`tensor ${quote(name)} has the unknown type ${quote(dtype)}`);
  }
  const info = { dtype: dtype as DataType, shape, begin: offsets[0]!, end: offsets[1]! };
  checkSize(name, info);
  return info;
}

/**
 * Checks that each tensor begins where another one ends, and that the last ends with the file. If sorted starts equal sorted ends,
 * except for the first start and the last end, every byte belongs to exactly one tensor.
 */
function checkPlaces(tensors: ReadonlyMap<string, TensorInfo>, dataBytes: number): void {
  const { begins, ends, empty } = sortedPlaces(tensors);
  for (let index = 0; index < begins.length; index++) {
    const begin = begins[index]!;
    const end = index === 0 ? 0 : ends[index - 1]!;
    if (begin !== end) {
      refusePlace(tensors, begin, begin < end ? "overlaps another" : "leaves a hole before it");
    }
  }
  const total = ends.at(-1) ?? 0;
  if (total !== dataBytes) {
    const problem = total > dataBytes ? "was cut off" : "has something behind them";
    throw new CheckpointError(
      `its tensors take ${total} bytes, and there are ${dataBytes}: the file ${problem}`,
    );
  }
  let next = 0;
  for (const begin of empty) {
    while (ends[next]! < begin) {
      next += 1;
    }
    if (begin !== 0 && ends[next] !== begin) {
      refusePlace(tensors, begin, "is within another");
    }
  }
}

/** Starts and ends of tensors with elements, and places of empty tensors; each sorted. */
function sortedPlaces(tensors: ReadonlyMap<string, TensorInfo>) {
  // Filled from both ends, so that no list has to grow.
  const begins = new Float64Array(tensors.size);
  const ends = new Float64Array(tensors.size);
  let [full, empty] = [0, tensors.size];
  for (const { begin, end } of tensors.values()) {
    if (begin < end) {
      begins[full] = begin;
      ends[full++] = end;
    } else {
      begins[--empty] = begin;
    }
  }
  return {
    begins: begins.subarray(0, full).sort(),
    ends: ends.subarray(0, full).sort(),
    empty: begins.subarray(full).sort(),
  };
}

function refusePlace(
  tensors: ReadonlyMap<string, TensorInfo>,
  place: number,
  problem: string,
): never {
  const [name] = [...tensors].find(([, { begin }]) => begin === place)!;
  throw new CheckpointError(
    `tensor ${quote(name)} begins at byte ${place} and ${problem}: the file is damaged`,
  );
}

function checkSize(name: string, { dtype, shape, begin, end }: TensorInfo): void {
  let bits: number = bitsOfType[dtype];
  for (const size of shape) {
    bits *= size;
    // A later zero in the shape does not make up for it: other programs count with whole numbers that overflow.
    if (bits > Number.MAX_SAFE_INTEGER) {
      throw new CheckpointError(`tensor ${quote(name)} is impossibly large: the file is damaged`);
    }
  }
  if (end < begin || (end - begin) * 8 !== bits) {
    throw new CheckpointError(
      `tensor ${quote(name)} has ${end - begin} bytes, and its shape and type take ${bits / 8}: the file is damaged`,
    );
  }
}
