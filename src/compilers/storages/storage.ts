/** How the elements of an array are stored in memory. Rules always compute in float32 or float64. */
import type { Part } from "../../rule/definition.ts";
import type { Program } from "../../rule/planning/program.ts";
import type { FunctionBuilder, FunctionSource } from "../wasm/assembler/assembler.ts";

/** The types that rules compute in. */
export type ElementType = "float32" | "float64";

/** Bytes of an element of each type. */
export const elementBytes: Readonly<Record<ElementType, 4 | 8>> = { float32: 4, float64: 8 };

/** Arrays in memory: numbers, or their encoded bits. */
export type StoredElements = Float32Array | Float64Array | Uint16Array | Uint8Array;

/** An encoding in WGSL, the shader language of WebGPU. */
export interface WgslEncoding {
  /** The body of `fn encode(x: f32) -> u32`, which encodes a float32. */
  readonly encode: string;
  /** The body of `fn decode(bits: u32) -> f32`, which decodes a float32. */
  readonly decode: string;
}

/** Encodes a float32 in 16 bits: one number in JavaScript, four at once in WebAssembly. */
export interface Encoding {
  /**
   * Encodes a float32.
   * @param value any number; a number that is out of range becomes what the format has for such numbers
   */
  encode(value: number): number;
  /**
   * Decodes a float32.
   * @param bits from 0 to 65535
   */
  decode(bits: number): number;
  /** The constants that the code needs as vectors, each in all four lanes. The vectors are made once, before the loop. */
  readonly constants: readonly number[];
  /**
   * Pushes the encoded bits of the four float32 in a local, each in 32 bits.
   * @param constants the locals that have the encoding's `constants`
   * @param code the function to add instructions to
   * @param vector the local with the numbers, a `v128`
   */
  emitEncode(code: FunctionBuilder, vector: number, constants: readonly number[]): void;
  /**
   * Pushes the four float32 that are encoded in a local, each in 32 bits.
   * @param code the function to add instructions to
   * @param vector the local with the bits, a `v128`
   * @param constants the locals that have the encoding's `constants`
   */
  emitDecode(code: FunctionBuilder, vector: number, constants: readonly number[]): void;
  /** The encoding in WGSL. Without it, GPUs cannot use this encoding. */
  readonly wgsl?: WgslEncoding;
  /** For the encoding of a remainder (remainder.ts), the encoding of the number that the remainder belongs to. */
  readonly remainderOf?: Encoding;
}

/** Encodes float32 numbers in blocks, where the numbers of a block share something, such as a scale. */
export interface Blocks {
  /** The numbers in a block; the last block of an array may have fewer. */
  readonly length: number;
  /** The bytes before a block's codes. Each number has one byte more, its code. */
  readonly head: number;
  /** Encodes a block: reads `numbers`, `length` of them or fewer, and fills `bytes`. */
  encode(numbers: Float32Array, bytes: Uint8Array): void;
  /** Decodes a block: reads `bytes`, and fills `numbers`. */
  decode(bytes: Uint8Array, numbers: Float32Array): void;
  /** `(numbers, bytes, count)`: encodes contiguous blocks in WebAssembly's memory; two addresses, and the count of numbers. */
  encoder(): FunctionSource;
  /** `(numbers, bytes, count)`: decodes contiguous blocks in WebAssembly's memory. */
  decoder(): FunctionSource;
  /** Stochastic rounding, if blocks support it: a fraction from 0 to below 1 for each number decides how it is rounded. */
  readonly drawn?: {
    /** As `encode` of `numbers` to `bytes`, with `fractions`: one for each number, from 0 to below 1. */
    encode(numbers: Float32Array, bytes: Uint8Array, fractions: Float32Array): void;
    /**
     * As `encoder`, with fractions.
     * @param behind bytes from a number's address to its fraction's
     */
    encoder(behind: number): FunctionSource;
  };
}

/** How a slot's numbers are rounded when they are stored, if not to nearest (roundings.ts). */
export interface Rounding {
  /** Its name in messages and files. */
  readonly name: "stochastic" | "compensated" | "master";
  /** A program that rounds the slot named `slot` in this way. */
  apply(program: Program, slot: string, storage: Storage): Program;
  /** Stochastic rounding (drawn.ts). */
  readonly draw?: {
    /** The bits of one of the two values next to `value`, chosen by `fraction`, from 0 to below 1. */
    encode(encoding: Encoding, value: number, fraction: number): number;
    /** The same in WebAssembly: encodes `vector` with the encoding's `constants`, and with four fractions in the local `fractions`. */
    emitEncode(
      code: FunctionBuilder,
      encoding: Encoding,
      vector: number,
      fractions: number,
      constants: readonly number[],
    ): void;
  };
  /** What it stores for each element in addition, if anything. If so, only parameters can be rounded in this way. */
  readonly beside?: {
    /** The part that declares it, as its only state. */
    readonly part: Part;
    /** The state's slot, qualified by the part's name. */
    readonly slot: string;
    /** How this state is stored; undefined for float32. */
    storage(storage: Storage): Storage | undefined;
  };
}

/** How the elements of an array are stored. */
export interface Storage<Name extends string = string> {
  /** Its name in saved states and files. */
  readonly name: Name;
  /** The bytes of an element. The bytes before a block's codes are not included. */
  readonly bytes: number;
  /** The class of its arrays: a view of `length` elements on `buffer`, from `byteOffset` on. */
  readonly Elements: new (
    buffer: ArrayBufferLike,
    byteOffset: number,
    length: number,
  ) => StoredElements;
  /** How each element is encoded, if it is. */
  readonly encoding?: Encoding;
  /** How blocks of elements are encoded, if they are. */
  readonly blocks?: Blocks;
  /** Arrays with fewer elements are not encoded. Default: all are. */
  readonly least?: number;
  /** How values are rounded. Default: to nearest. */
  readonly rounding?: Rounding;
}

/** Changes a program so that its slots are rounded as their storages say. Gradients need no rounding: only zeros are stored in them. */
export const withRoundings = (
  program: Program,
  storages: ReadonlyMap<string, Storage>,
): Program => {
  let rounded = program;
  for (const [slot, storage] of storages) {
    if (slot !== "g") {
      rounded = storage.rounding?.apply(rounded, slot, storage) ?? rounded;
    }
  }
  return rounded;
};

/** Bytes from an array's start to its element `count`, which must begin a block or be the array's end. */
export const bytesTo = ({ bytes, blocks }: Storage, count: number): number =>
  count * bytes + (blocks ? Math.ceil(count / blocks.length) * blocks.head : 0);

/** Whether elements are not stored in the type that rules compute in. */
export const isEncoded = ({ encoding, blocks }: Storage): boolean =>
  encoding !== undefined || blocks !== undefined;

/** Whether numbers are rounded stochastically. */
export const isDrawn = ({ rounding }: Storage): boolean => rounding?.draw !== undefined;

/** The storages of arrays that are not encoded. */
export const plainStorages: Readonly<Record<ElementType, Storage>> = {
  float32: { name: "float32", bytes: elementBytes.float32, Elements: Float32Array },
  float64: { name: "float64", bytes: elementBytes.float64, Elements: Float64Array },
};

/** The storage of an array of a tensor: in the computation's type, if nothing else is given. */
export const storageOf = (
  plan: { readonly storages: ReadonlyMap<string, Storage>; readonly type: ElementType },
  slot: string,
): Storage => plan.storages.get(slot) ?? plainStorages[plan.type];

/** A storage with 16 bits for each element. */
export const in16Bits = <Name extends string>(name: Name, encoding: Encoding): Storage<Name> => ({
  name,
  bytes: 2,
  Elements: Uint16Array,
  encoding,
});
