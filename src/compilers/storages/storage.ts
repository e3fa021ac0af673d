/** How the elements of an array are kept in memory; what a rule computes in is another matter. */
import type { FunctionBuilder } from "../wasm/assembler.ts";

/** What rules compute in. */
export type ElementType = "float32" | "float64";

export const elementBytes: Readonly<Record<ElementType, 4 | 8>> = { float32: 4, float64: 8 };

/** Arrays in memory: of numbers, or of the 16 bits that stand for each. */
export type StoredElements = Float32Array | Float64Array | Uint16Array;

/** The 16 bits that stand for a float32: of one number, and the same of four at once in WebAssembly. */
export interface Encoding {
  encode(value: number): number;
  decode(bits: number): number;
  /** What the code reads in vectors, each in all four lanes: they are made once, before the loop. */
  readonly constants: readonly number[];
  /**
   * Pushes the bits of the four float32 in a local, each in 32 bits.
   * @param constants the locals that have these
   */
  emitEncode(code: FunctionBuilder, vector: number, constants: readonly number[]): void;
  /** Pushes the four float32 of bits in a local, each in 32 bits. */
  emitDecode(code: FunctionBuilder, vector: number, constants: readonly number[]): void;
}

/** How an array's elements are kept. */
export interface Storage<Name extends string = string> {
  /** What states and files call it. */
  readonly name: Name;
  /** Of an element. */
  readonly bytes: number;
  readonly Elements: new (
    buffer: ArrayBufferLike,
    byteOffset: number,
    length: number,
  ) => StoredElements;
  /** Undefined where elements are kept as they are computed. */
  readonly encoding?: Encoding;
}

/** How numbers of each type are kept as they are. */
export const plainStorages: Readonly<Record<ElementType, Storage>> = {
  float32: { name: "float32", bytes: elementBytes.float32, Elements: Float32Array },
  float64: { name: "float64", bytes: elementBytes.float64, Elements: Float64Array },
};

/** A storage of 16 bits for each element. */
export const in16Bits = <Name extends string>(name: Name, encoding: Encoding): Storage<Name> => ({
  name,
  bytes: 2,
  Elements: Uint16Array,
  encoding,
});
