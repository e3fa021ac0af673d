/** A checkpoint as it lies in a file: plain data, but for arrays that are read when asked for. */
import type { FloatArray } from "../runtime/memory.ts";
import { mapped, type OptimizerState, type StoredArray, withArrays } from "../runtime/state.ts";
import { checkSum, checksumKey, headerSum } from "./checksum.ts";
import { CheckpointError, quote } from "./errors.ts";
import { type CheckpointMetadata, manifestKey, readManifest } from "./manifest.ts";
import {
  bitsOfType,
  type DataType,
  type Header,
  parseHeader,
  prefixBytes,
  type TensorInfo,
} from "./safetensors/index.ts";

/** An array in a file. */
export interface StoredTensor extends StoredArray {
  /** Empty for a single number. */
  readonly shape: readonly number[];
  /**
   * Reads it into a new array: what was checked, and nothing else.
   * @throws {CheckpointError} where the file cannot be read or has changed since, or there is no memory for it
   */
  read(): FloatArray;
}

/** A tensor of a type that parameters cannot have, such as `F16`. */
export interface OtherTensor {
  readonly type: DataType;
  readonly shape: readonly number[];
}

/** What is in a file. */
export interface Checkpoint {
  /** The notes given at saving. */
  readonly metadata: CheckpointMetadata;
  /** By name; of a file that Gradus did not write, all of 32 and 64 bits. */
  readonly parameters: Readonly<Record<string, StoredTensor>>;
  /** Of the optimizer, as `optimizer.state()` gives it; undefined where Gradus did not write the file. */
  readonly state: OptimizerState<StoredTensor> | undefined;
  /** What else is in a file that Gradus did not write. */
  readonly others: Readonly<Record<string, OtherTensor>>;
}

/** Reads all of a tensor into an array that `make` makes. */
export type Fetch = (tensor: TensorInfo, make: () => FloatArray) => FloatArray;

/** The header of a file, and whether all of the file is as it was written. */
export interface Opened {
  readonly header: Header;
  /** Of the first element in the file. */
  readonly dataStart: number;
  /** The sum up to there, and how to check that of all; undefined where Gradus did not write the file. */
  readonly sum: number | undefined;
  readonly check: (sum: number) => void;
}

/**
 * Reads what stands before the elements.
 * @param start the header with its length before it
 * @throws {CheckpointError} where it is no header of safetensors, or is damaged
 */
export function open(start: Uint8Array, fileBytes: number): Opened {
  const header = parseHeader(start.subarray(prefixBytes), fileBytes - start.length);
  const text = header.metadata.get(checksumKey);
  if ((text === undefined) !== (header.metadata.get(manifestKey) === undefined)) {
    throw new CheckpointError(
      `its metadata lack ${text === undefined ? checksumKey : manifestKey}: the file is damaged`,
    );
  }
  return {
    header,
    dataStart: start.length,
    sum: text === undefined ? undefined : headerSum(start, text),
    check: (sum) => text !== undefined && checkSum(text, sum),
  };
}

/**
 * What a file has.
 * @throws {CheckpointError} where its metadata are not what Gradus writes
 */
export function decode({ header }: Opened, fetch: Fetch): Checkpoint {
  const { tensors, metadata } = header;
  const stored = (name: string): StoredTensor => {
    const info = tensors.get(name);
    if (info === undefined || !isArray(info)) {
      throw new CheckpointError(
        `it has no tensor ${quote(name)} of 32 or 64 bits: the file is damaged`,
      );
    }
    return storedTensor(name, info, fetch);
  };
  const text = metadata.get(manifestKey);
  if (text !== undefined) {
    const manifest = readManifest(text);
    const names = Object.fromEntries(manifest.parameters.map((name) => [name, name]));
    return {
      metadata: manifest.metadata,
      parameters: mapped(names, stored),
      state: withArrays(manifest.state, stored),
      others: {},
    };
  }
  const named = Object.fromEntries(tensors);
  const arrays = Object.entries(named).filter(([, info]) => isArray(info));
  const others = Object.entries(named).filter(([, info]) => !isArray(info));
  return {
    metadata: Object.fromEntries(metadata),
    parameters: mapped(Object.fromEntries(arrays), (_, name) => stored(name)),
    state: undefined,
    others: mapped(Object.fromEntries(others), ({ dtype: type, shape }) => ({ type, shape })),
  };
}

const isArray = ({ dtype }: TensorInfo): boolean => dtype === "F32" || dtype === "F64";

function storedTensor(name: string, info: TensorInfo, fetch: Fetch): StoredTensor {
  const { dtype, shape, begin, end } = info;
  const [type, Type]: readonly [StoredArray["type"], new (length: number) => FloatArray] =
    dtype === "F32" ? ["float32", Float32Array] : ["float64", Float64Array];
  const length = (end - begin) / (bitsOfType[dtype] / 8);
  const read = () => fetch(info, () => allocate(Type, length, name));
  return { type, length, shape, read };
}

/** A file may claim any length, and a sparse one even have it. */
function allocate(
  Type: new (length: number) => FloatArray,
  length: number,
  name: string,
): FloatArray {
  try {
    return new Type(length);
  } catch (cause) {
    throw new CheckpointError(
      `tensor ${quote(name)} has ${length} elements, and there is no memory for so many`,
      { cause },
    );
  }
}
