/** Encodes an optimizer as a checkpoint. */
import { checkOptions } from "../runtime/errors.ts";
import { type FloatArray, type StoredElements, typeOf } from "../runtime/memory/memory.ts";
import { type AnyParameter, elements } from "../runtime/parameters.ts";
import { mapped, type OptimizerState, withArrays } from "../runtime/state/state.ts";
import { checksumAt, checksumKey, checksumText, noChecksum } from "./checksum.ts";
import { CheckpointError, quote } from "./errors.ts";
import { type CheckpointMetadata, isRecord, manifestKey, manifestText } from "./manifest.ts";
import { writeHeader } from "./safetensors/index.ts";
import type { Checkpointed } from "./source.ts";
import { dataTypeOf, keptAs } from "./types.ts";

/** Options for saving. */
export interface SaveOptions {
  /** Your own notes, such as `{ epoch: 3, loss: 0.2 }`: plain data. Default: none. */
  readonly metadata?: CheckpointMetadata;
}

/** The contents of a file: the header with its length before it, then the bytes of the arrays, one after another. */
export interface Encoded {
  readonly header: Uint8Array<ArrayBuffer>;
  readonly arrays: readonly StoredElements[];
}

/** The number of elements that an array has in the file: more than here if this rank has only a part of it. */
type LengthOf = (array: StoredElements) => number;

interface NamedArray {
  readonly name: string;
  readonly data: StoredElements;
  /** The number of elements in the file. */
  readonly length: number;
  readonly type: string;
  readonly shape: readonly number[];
}

/** Encodes a checkpoint with zeros as its checksum. @throws {CheckpointError} if a name or the metadata cannot be saved */
export function encode(
  optimizer: Pick<Checkpointed, "parameters" | "stateViews">,
  options: SaveOptions,
  process?: number,
  lengthOf: LengthOf = ({ length }) => length,
): Encoded {
  checkOptions("save", options, ["metadata"]);
  const { metadata = {} } = options;
  const { parameters } = optimizer;
  if (!isRecord(metadata)) {
    throw new CheckpointError("metadata must be an object, such as { epoch: 3 }");
  }
  const tensors: NamedArray[] = Object.keys(parameters).map((name) => ({
    ...{ name, type: keptAs(parameters[name]!), length: lengthOf(parameters[name]!.data) },
    ...parameters[name]!,
  }));
  const state = namesOf(optimizer.stateViews(), "optimizer/", {
    ...{ parameters, tensors, lengthOf },
    names: new Map(tensors.map(({ data, name }) => [data, name])),
  });
  for (const { name, length, shape } of tensors) {
    if (length !== elements(shape)) {
      throw new CheckpointError(
        `${quote(name)} has ${length} elements, and its shape [${shape}] takes ${elements(shape)}: one of them was changed since the optimizer was made`,
      );
    }
  }
  // Sorted by element size, so that each array begins at a multiple of its own.
  const sorted = [...tensors].sort((a, b) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT);
  const header = writeHeader(
    sorted.map(({ name, data, type, shape }) => ({
      name,
      dtype: dataTypeOf(type, data),
      shape,
    })),
    [
      [checksumKey, noChecksum],
      [
        manifestKey,
        manifestText({
          ...{ parameters: Object.keys(parameters), state, metadata, process },
          storages: storagesOf(parameters),
        }),
      ],
    ],
  );
  return { header, arrays: sorted.map(({ data }) => data) };
}

/** The storages of parameters for which files have no type. */
function storagesOf(
  parameters: Checkpointed["parameters"],
): Readonly<Record<string, string>> | undefined {
  const own = Object.entries(parameters).filter(
    ([, { data, storage }]) => storage !== undefined && dataTypeOf(storage.name, data) === "U16",
  );
  return own.length === 0 ? undefined : mapped(Object.fromEntries(own), keptAs);
}

/** Names for the tensors of a file. */
interface Naming {
  readonly parameters: Readonly<Record<string, AnyParameter>>;
  readonly tensors: NamedArray[];
  /** Names by array: an array in several places is written once. */
  readonly names: Map<StoredElements, string>;
  readonly lengthOf: LengthOf;
}

/** The state with names of tensors in place of arrays. The tensors are added to the list. */
function namesOf(
  { nested, ...state }: OptimizerState,
  prefix: string,
  naming: Naming,
): OptimizerState<string> {
  const { parameters, tensors, names, lengthOf } = naming;
  const groups = new Map(
    state.groups.flatMap((group) => group.parameters.map((name) => [name, group] as const)),
  );
  const own = withArrays({ ...state, nested: {} }, (data, slot, parameter) => {
    const known = names.get(data);
    if (known !== undefined) {
      return known;
    }
    const name = `${prefix}${slot}/${parameter}`;
    names.set(data, name);
    const type = groups.get(parameter)?.storages?.[slot] ?? typeOf(data as FloatArray);
    const like = parameters[parameter];
    const length = lengthOf(data);
    tensors.push({
      ...{ name, data, length, type },
      shape: like && lengthOf(like.data) === length ? like.shape : [length],
    });
    return name;
  });
  const inner: Record<string, OptimizerState<string>> = Object.create(null);
  for (const name of Object.keys(nested)) {
    inner[name] = namesOf(nested[name]!, `${prefix}${name}/`, naming);
  }
  return { ...own, nested: inner };
}

/** Writes the checksum into the header. */
export function setChecksum(header: Uint8Array, sum: number): void {
  header.set(new TextEncoder().encode(checksumText(sum)), checksumAt);
}

/** An array's bytes. */
export const bytesOf = ({ buffer, byteOffset, byteLength }: StoredElements): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
