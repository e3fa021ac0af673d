/** How the elements of an array are kept in memory; what a rule computes in is another matter. */
import type { Part } from "../../rule/definition.ts";
import type { Program } from "../../rule/planning/program.ts";
import type { FunctionBuilder, FunctionSource } from "../wasm/assembler/assembler.ts";

/** What rules compute in. */
export type ElementType = "float32" | "float64";

/** Bytes of an element, by its type. */
export const elementBytes: Readonly<Record<ElementType, 4 | 8>> = { float32: 4, float64: 8 };

/** Arrays in memory: of numbers, or of the 16 bits that stand for each. */
export type StoredElements = Float32Array | Float64Array | Uint16Array | Uint8Array;

/** An encoding in WGSL, the language of shaders. */
export interface WgslEncoding {
  /** The body of `fn encode(x: f32) -> u32`: the bits that stand for a float32. */
  readonly encode: string;
  /** The body of `fn decode(bits: u32) -> f32`: the float32 that bits stand for. */
  readonly decode: string;
}

/** The 16 bits that stand for a float32: of one number, and the same of four at once in WebAssembly. */
export interface Encoding {
  /**
   * The bits that stand for a float32.
   * @param value any number: one that is out of range becomes what the format has for it
   */
  encode(value: number): number;
  /**
   * The float32 that bits stand for.
   * @param bits from 0 to 65535
   */
  decode(bits: number): number;
  /** What the code reads in vectors, each in all four lanes: they are made once, before the loop. */
  readonly constants: readonly number[];
  /**
   * Pushes the bits of the four float32 in a local, each in 32 bits.
   * @param constants the locals that have these
   * @param code the function that the instructions go to
   * @param vector the local that has the numbers, a `v128`
   */
  emitEncode(code: FunctionBuilder, vector: number, constants: readonly number[]): void;
  /**
   * Pushes the four float32 of bits in a local, each in 32 bits.
   * @param code the function that the instructions go to
   * @param vector the local that has the bits, a `v128`
   * @param constants the locals that have the encoding's `constants`
   */
  emitDecode(code: FunctionBuilder, vector: number, constants: readonly number[]): void;
  /** The same in WGSL. Without it a GPU keeps nothing so. */
  readonly wgsl?: WgslEncoding;
  /** Of what is kept beside a number (remainder.ts): that of the number. */
  readonly remainderOf?: Encoding;
}

/** How a block of float32 is kept that has something in common, such as a scale. */
export interface Blocks {
  /** Numbers of a block; an array's last block may have less. */
  readonly length: number;
  /** Bytes before the codes of a block; each number has one more. */
  readonly head: number;
  /** Writes the bytes of a block's numbers: reads `numbers`, `length` of them or fewer, and fills `bytes`. */
  encode(numbers: Float32Array, bytes: Uint8Array): void;
  /** Reads a block's numbers from its bytes: reads `bytes`, and fills `numbers`. */
  decode(bytes: Uint8Array, numbers: Float32Array): void;
  /** `(numbers, bytes, count)`: the same of blocks side by side in WebAssembly's memory, by their addresses, and as many numbers. */
  encoder(): FunctionSource;
  /** `(numbers, bytes, count)`: decodes blocks side by side in WebAssembly's memory. */
  decoder(): FunctionSource;
  /** If a number may be drawn to either of the two that it is between: by a fraction from 0 to below 1 for each. */
  readonly drawn?: {
    /** As `encode` of `numbers` to `bytes`, with `fractions`: one for each number, from 0 to below 1. */
    encode(numbers: Float32Array, bytes: Uint8Array, fractions: Float32Array): void;
    /**
     * As `encoder`.
     * @param behind bytes from a number to its fraction
     */
    encoder(behind: number): FunctionSource;
  };
}

/** How numbers are rounded that a slot is to keep, where that is not to the nearest (roundings.ts). */
export interface Rounding {
  /** As messages and files call it. */
  readonly name: "stochastic" | "compensated" | "master";
  /** The program that rounds a slot so, which `slot` names. */
  apply(program: Program, slot: string, storage: Storage): Program;
  /** How a number is kept by a fraction, if it is drawn (drawn.ts). */
  readonly draw?: {
    /** The bits of `value`, drawn to one of the two that it is between by `fraction`, from 0 to below 1. */
    encode(encoding: Encoding, value: number, fraction: number): number;
    /** As `Encoding`'s code of the same purpose, of the numbers in `vector` and the locals `constants`, with four fractions in the local `fractions`. */
    emitEncode(
      code: FunctionBuilder,
      encoding: Encoding,
      vector: number,
      fractions: number,
      constants: readonly number[],
    ): void;
  };
  /** What else it keeps of each element, if anything: so only parameters can be rounded. */
  readonly beside?: {
    /** Declares it as its one state. */
    readonly part: Part;
    /** The slot's name, qualified by the part. */
    readonly slot: string;
    /** How it is kept, if not in float32. */
    storage(storage: Storage): Storage | undefined;
  };
}

/** How an array's elements are kept. */
export interface Storage<Name extends string = string> {
  /** What states and files call it. */
  readonly name: Name;
  /** Of an element; what blocks have before their codes comes on top. */
  readonly bytes: number;
  /** The class of its arrays: a view of `length` elements on `buffer`, from `byteOffset` on. */
  readonly Elements: new (
    buffer: ArrayBufferLike,
    byteOffset: number,
    length: number,
  ) => StoredElements;
  /** If each element is kept otherwise than it is computed. */
  readonly encoding?: Encoding;
  /** If blocks of elements are. */
  readonly blocks?: Blocks;
  /** Arrays of fewer elements stay as they are. Default: none do. */
  readonly least?: number;
  /** Default: to the nearest. */
  readonly rounding?: Rounding;
}

/** A program whose slots are rounded as their storages say; of gradients nothing is stored but zeros. */
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

/** Bytes from an array's start to its element `count`, which begins a block or ends the array. */
export const bytesTo = ({ bytes, blocks }: Storage, count: number): number =>
  count * bytes + (blocks ? Math.ceil(count / blocks.length) * blocks.head : 0);

/** Whether elements are kept otherwise than they are computed. */
export const isEncoded = ({ encoding, blocks }: Storage): boolean =>
  encoding !== undefined || blocks !== undefined;

/** Whether it is drawn what is kept of a number. */
export const isDrawn = ({ rounding }: Storage): boolean => rounding?.draw !== undefined;

/** How numbers of each type are kept as they are. */
export const plainStorages: Readonly<Record<ElementType, Storage>> = {
  float32: { name: "float32", bytes: elementBytes.float32, Elements: Float32Array },
  float64: { name: "float64", bytes: elementBytes.float64, Elements: Float64Array },
};

/** How an array beside each tensor of a plan is kept: in the type, where nothing else is said. */
export const storageOf = (
  plan: { readonly storages: ReadonlyMap<string, Storage>; readonly type: ElementType },
  slot: string,
): Storage => plan.storages.get(slot) ?? plainStorages[plan.type];

/** A storage of 16 bits for each element. */
export const in16Bits = <Name extends string>(name: Name, encoding: Encoding): Storage<Name> => ({
  name,
  bytes: 2,
  Elements: Uint16Array,
  encoding,
});
