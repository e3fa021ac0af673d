/** The element types of arrays that ranks can send. */
import type { SendableArray } from "./communicator.ts";

const classes = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  uint32: Uint32Array,
  uint16: Uint16Array,
  uint8: Uint8Array,
} as const;

export type ElementType = keyof typeof classes;
export type ReducibleType = "float32" | "float64" | "int32" | "uint32";

export const elementTypes = Object.keys(classes) as readonly ElementType[];

const byTag = new Map(elementTypes.map((type) => [classes[type].name, type]));

/** The element type of an array; undefined if ranks cannot send it. It is read from the tag, which arrays of other realms and Node's buffers have too. */
export const typeOf = (array: unknown): ElementType | undefined =>
  ArrayBuffer.isView(array)
    ? byTag.get((array as unknown as { [Symbol.toStringTag]: string })[Symbol.toStringTag])
    : undefined;

/** Whether elements of a type can be combined. Types of bits cannot. */
export const isReducible = (type: ElementType): type is ReducibleType =>
  type !== "uint16" && type !== "uint8";

type ViewClass = new (buffer: ArrayBufferLike, from: number, length: number) => SendableArray;

/** A typed view of a buffer. @param from in bytes @param length in elements */
export const viewOf = (
  type: ElementType,
  buffer: ArrayBufferLike,
  from: number,
  length: number,
): SendableArray => new (classes[type] as ViewClass)(buffer, from, length);
