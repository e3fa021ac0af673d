/** Element types: their names in files, and the arrays that hold them. */
import { type StoredElements, typeOf } from "../runtime/memory/memory.ts";
import type { AnyParameter } from "../runtime/parameters.ts";
import type { DataType } from "./safetensors/index.ts";

/** An element type of an optimizer's arrays. */
export interface KnownType {
  readonly name: string;
  readonly Elements: (new (
    length: number,
  ) => StoredElements) & {
    readonly BYTES_PER_ELEMENT: number;
  };
}

const known: Readonly<Partial<Record<DataType, KnownType>>> = {
  F64: { name: "float64", Elements: Float64Array },
  F32: { name: "float32", Elements: Float32Array },
  F16: { name: "float16", Elements: Uint16Array },
  BF16: { name: "bfloat16", Elements: Uint16Array },
  U16: { name: "uint16", Elements: Uint16Array },
  U8: { name: "uint8", Elements: Uint8Array },
};

/** The name of the type or storage of a parameter. */
export const keptAs = ({ data, storage }: AnyParameter): string =>
  storage?.name ?? String(typeOf(data as unknown));

/** The file's type for a storage. If files have none, its bits are saved as whole numbers. */
export function dataTypeOf(name: string, { BYTES_PER_ELEMENT }: StoredElements): DataType {
  const types = Object.keys(known) as DataType[];
  return (
    types.find((type) => known[type]!.name === name) ?? (BYTES_PER_ELEMENT === 1 ? "U8" : "U16")
  );
}

/** Undefined for a type that no array of an optimizer has. */
export const knownType = (type: DataType): KnownType | undefined => known[type];

/** The name of an array's type: `float32`, or for example `uint16`. */
export const typeNameOf = (array: StoredElements): string =>
  typeOf(array as unknown) ?? `uint${8 * array.BYTES_PER_ELEMENT}`;

/** An empty array of the type with this name. */
export function emptyLike(name: string): StoredElements {
  const { Elements } = Object.values(known).find((type) => type.name === name)!;
  return new Elements(0);
}
