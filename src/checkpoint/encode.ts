/** An optimizer as what stands in its file. */
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

/** Options of saving. */
export interface SaveOptions {
  /** Notes of your own, such as `{ epoch: 3, loss: 0.2 }`: plain data. Default: none. */
  readonly metadata?: CheckpointMetadata;
}

/** What is written: the header with its length before it, then the arrays' bytes, one behind the other. */
export interface Encoded {
  readonly header: Uint8Array<ArrayBuffer>;
  readonly arrays: readonly StoredElements[];
}

/** The elements that an array has in the file: more than here, where this rank has a part of it. */
type LengthOf = (array: StoredElements) => number;

interface NamedArray {
  readonly name: string;
  readonly data: StoredElements;
  /** In the file. */
  readonly length: number;
  readonly type: string;
  readonly shape: readonly number[];
}

/** The checkpoint's bytes but for the checksum, which is zero. @throws {CheckpointError} */
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
  // So each begins at a multiple of its elements' size.
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

/** What parameters are kept as that files have no type for. */
function storagesOf(
  parameters: Checkpointed["parameters"],
): Readonly<Record<string, string>> | undefined {
  const own = Object.entries(parameters).filter(
    ([, { data, storage }]) => storage !== undefined && dataTypeOf(storage.name, data) === "U16",
  );
  return own.length === 0 ? undefined : mapped(Object.fromEntries(own), keptAs);
}

/** What gives names to the tensors of a file. */
interface Naming {
  readonly parameters: Readonly<Record<string, AnyParameter>>;
  readonly tensors: NamedArray[];
  /** By their arrays: one that is in several places is written once. */
  readonly names: Map<StoredElements, string>;
  readonly lengthOf: LengthOf;
}

/** The state with the names of its tensors, which are added to the list. */
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

/** Puts the checksum in. */
export function setChecksum(header: Uint8Array, sum: number): void {
  header.set(new TextEncoder().encode(checksumText(sum)), checksumAt);
}

/** An array's bytes. */
export const bytesOf = ({ buffer, byteOffset, byteLength }: StoredElements): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
