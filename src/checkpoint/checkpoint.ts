/** Decodes checkpoints: plain data, except for arrays, which are read on demand. */
import { own } from "../runtime/binding/lists.ts";
import type { StoredElements } from "../runtime/memory/memory.ts";
import {
  mapped,
  type OptimizerState,
  type StoredArray,
  withArrays,
} from "../runtime/state/state.ts";
import { checkSum, checksumKey, headerSum } from "./checksum.ts";
import { CheckpointError, quote } from "./errors.ts";
import { type CheckpointMetadata, manifestKey, readManifest } from "./manifest.ts";
import {
  type DataType,
  type Header,
  parseHeader,
  prefixBytes,
  type TensorInfo,
} from "./safetensors/index.ts";
import { type KnownType, knownType } from "./types.ts";

/** An array in a file. */
export interface StoredTensor extends StoredArray {
  /** The length of each dimension, empty for a single number. */
  readonly shape: readonly number[];
  /**
   * Reads it into a new array, and checks it against what was verified.
   * @throws {CheckpointError} if the file cannot be read or has changed since, or there is no memory for the array
   */
  read(): StoredElements;
  /** The elements `from` up to `to`, without a shape. They are read on demand. */
  slice(from: number, to: number): StoredTensor;
}

/** A tensor of a type that parameters cannot have, such as `I64`. */
export interface OtherTensor {
  /** The type by its name in safetensors, such as `I64`. */
  readonly type: DataType;
  /** The length of each dimension; empty for a single number. */
  readonly shape: readonly number[];
}

/** The contents of a file. */
export interface Checkpoint {
  /** The metadata given at saving. */
  readonly metadata: CheckpointMetadata;
  /**
   * The parameters by name. For a file that Gradus did not write, all floats of 16, 32 and 64 bits. For 16 bits, `read()` returns
   * the bits.
   */
  readonly parameters: Readonly<Record<string, StoredTensor>>;
  /** The state of the optimizer, as from `optimizer.state()`; undefined if Gradus did not write the file. */
  readonly state: OptimizerState<StoredTensor> | undefined;
  /** All other tensors of a file that Gradus did not write. */
  readonly others: Readonly<Record<string, OtherTensor>>;
}

/** Reads a whole tensor into an array that `make` returns. */
export type Fetch = (tensor: TensorInfo, make: () => StoredElements) => StoredElements;

/** The header of a file, with what is needed to verify the rest. */
export interface Opened {
  readonly header: Header;
  /** The position of the first element in the file. */
  readonly dataStart: number;
  /** The checksum up to there; undefined if Gradus did not write the file. */
  readonly sum: number | undefined;
  readonly check: (sum: number) => void;
}

/**
 * Reads everything before the elements.
 * @param start the header with its length before it
 * @throws {CheckpointError} if it is not a header of safetensors, or is damaged
 */
export function open(start: Uint8Array, fileBytes: number): Opened {
  const header = parseHeader(start.subarray(prefixBytes), fileBytes - start.length);
  const text = header.metadata.get(checksumKey);
  if ((text === undefined) !== (header.metadata.get(manifestKey) === undefined)) {
    throw new CheckpointError(
      `its metadata has no ${text === undefined ? checksumKey : manifestKey}: the file is damaged`,
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
 * Decodes the contents of a file.
 * @throws {CheckpointError} if its metadata are not what Gradus writes
 */
export function decode({ header }: Opened, fetch: Fetch): Checkpoint {
  const { tensors, metadata } = header;
  const stored = (name: string, kept?: string): StoredTensor => {
    const info = tensors.get(name);
    const type = info && knownType(info.dtype);
    if (info === undefined || type === undefined) {
      throw new CheckpointError(
        `it has no tensor ${quote(name)} of 8, 16, 32 or 64 bits: the file is damaged`,
      );
    }
    return new FileTensor(name, info, kept === undefined ? type : { ...type, name: kept }, fetch);
  };
  const text = metadata.get(manifestKey);
  if (text !== undefined) {
    const manifest = readManifest(text);
    const names = Object.fromEntries(manifest.parameters.map((name) => [name, name]));
    const { metadata, state, storages = {} } = manifest;
    return {
      metadata,
      parameters: mapped(names, (name) => stored(name, own(storages, name))),
      state: withArrays(state, (name) => stored(name)),
      others: {},
    };
  }
  const parameters: Record<string, StoredTensor> = Object.create(null);
  const others: Record<string, OtherTensor> = Object.create(null);
  for (const [name, info] of tensors) {
    if (isArray(info)) {
      parameters[name] = new FileTensor(name, info, knownType(info.dtype)!, fetch);
    } else {
      others[name] = { type: info.dtype, shape: info.shape };
    }
  }
  return { metadata: Object.fromEntries(metadata), parameters, state: undefined, others };
}

const isArray = ({ dtype }: TensorInfo): boolean => ["F64", "F32", "F16", "BF16"].includes(dtype);

/** A tensor of a file. There may be a million of them, so it keeps as little as possible. */
class FileTensor implements StoredTensor {
  readonly type: string;
  readonly #Elements: KnownType["Elements"];
  readonly #name: string;
  readonly #info: TensorInfo;
  readonly #fetch: Fetch;

  constructor(name: string, info: TensorInfo, type: KnownType, fetch: Fetch) {
    this.type = type.name;
    this.#Elements = type.Elements;
    this.#name = name;
    this.#info = info;
    this.#fetch = fetch;
  }

  get length(): number {
    return (this.#info.end - this.#info.begin) / this.#Elements.BYTES_PER_ELEMENT;
  }

  get shape(): readonly number[] {
    return this.#info.shape;
  }

  read(): StoredElements {
    return this.#fetch(this.#info, () => allocate(this.#Elements, this.length, this.#name));
  }

  slice(from: number, to: number): StoredTensor {
    const { BYTES_PER_ELEMENT: bytes } = this.#Elements;
    const { begin, dtype } = this.#info;
    const info = {
      dtype,
      shape: [to - from],
      begin: begin + from * bytes,
      end: begin + to * bytes,
    };
    const type = { name: this.type, Elements: this.#Elements };
    return new FileTensor(this.#name, info, type, this.#fetch);
  }
}

/** Allocates an array and reports a lack of memory, because a file may claim any length, and a sparse file may even have it. */
function allocate(
  Type: new (length: number) => StoredElements,
  length: number,
  name: string,
): StoredElements {
  try {
    return new Type(length);
  } catch (cause) {
    throw new CheckpointError(
      `tensor ${quote(name)} has ${length} elements, and there is no memory for so many`,
      { cause },
    );
  }
}
