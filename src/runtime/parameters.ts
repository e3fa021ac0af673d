/** Parameters: named arrays with shapes. */
import { elementBytes, plainStorages, type Storage } from "../compilers/backend.ts";
import { bytesTo } from "../compilers/storages/storage.ts";
import { Feature } from "../feature.ts";
import { didYouMean } from "../suggest.ts";
import { BindingError, checkOptions } from "./errors.ts";
import { adopt, type ElementType, type FloatArray, Memory, paddedBytes } from "./memory/memory.ts";

/** The arrays of parameters: numbers, or 16 bits for each number. */
export type ParameterArray = FloatArray | Uint16Array;

/** An array with a shape, row-major. `shape` is empty for a single number. */
export interface Parameter<A extends ParameterArray = FloatArray> {
  /** Its values, row-major. */
  readonly data: A;
  /** The length of each dimension. */
  readonly shape: readonly number[];
}

/**
 * A parameter with 16 bits per element in `data`: `toFloat32(data, storage)` reads the numbers, and
 * `data.set(fromFloat32(numbers, storage))` writes them.
 */
export interface NarrowParameter extends Parameter<Uint16Array> {
  /** Such as `bfloat16`. */
  readonly storage: Storage;
}

/** A parameter of either kind: numbers, or 16 bits per element. */
export interface AnyParameter extends Parameter<ParameterArray> {
  /** How its elements are kept, if they have 16 bits. */
  readonly storage?: Storage | undefined;
}

/** Checks whether a storage is possible for parameters (storing.ts). */
export const narrowParameters = /* @__PURE__ */ new Feature<
  (where: string, storage: Storage) => void
>();

/** Decodes bits, and returns numbers as they are (narrow.ts). */
export const narrowNumbers = new Feature<
  (storage: Storage, given: ArrayLike<number>, into?: Float32Array) => ArrayLike<number>
>();

/** Parameters by name: arrays with shapes, or bare arrays, which are vectors. */
export type ParameterSource = Readonly<Record<string, Parameter | FloatArray>>;

/** The same, where each parameter may be in 16 bits: the argument of `optimize`. */
export type AnyParameterSource = Readonly<Record<string, Parameter | NarrowParameter | FloatArray>>;

/** The array type of a parameter, and of its gradient. */
export type ArrayOf<P> = P extends { readonly data: infer A }
  ? ArrayOf<A>
  : P extends Float32Array
    ? Float32Array
    : P extends Float64Array
      ? Float64Array
      : P extends Uint16Array
        ? Uint16Array
        : FloatArray;

/** For each parameter, by name, an array of its length and type: the type of `optimizer.gradients`. */
export type ArraysOf<P> = { readonly [K in keyof P]: ArrayOf<P[K]> };

/** Each parameter with its shape, by name: the type of `optimizer.parameters`. */
export type ParametersOf<P> = {
  readonly [K in keyof P]: P[K] extends NarrowParameter
    ? NarrowParameter
    : Parameter<ArrayOf<P[K]>>;
};

/** Options of {@link parameters}. */
export interface ParametersOptions<T extends ElementType | Storage = ElementType | Storage> {
  /** `"float32"`, `"float64"`, or a storage of 16 bits such as `bfloat16`. Default: `"float32"`. */
  readonly type?: T;
  /** The seed of all draws of initializers: a whole number, 0 or more. Default: 0. */
  readonly seed?: number;
}

/** The parameter that {@link parameters} makes for its option `type`. */
export type ParameterOf<T extends ElementType | Storage> = T extends Storage
  ? NarrowParameter
  : Parameter<T extends "float64" ? Float64Array : Float32Array>;

/** A shape with the initial values of such a parameter. `gradus/init` has the usual ones for networks. */
export interface Initializer {
  /** The length of each dimension. */
  readonly shape: readonly number[];
  /**
   * Fills a new parameter, whose elements are 0.
   * @param name the parameter's name: each name gets other draws
   * @param seed the seed of `parameters`
   */
  initialize(parameter: AnyParameter, name: string, seed: number): void;
}

/** The number of elements in a shape. */
export const elements = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** @throws {BindingError} if it is not a valid shape */
export function checkShape(name: string, shape: unknown): asserts shape is readonly number[] {
  const whole = (size: unknown) => Number.isSafeInteger(size) && (size as number) >= 0;
  if (!Array.isArray(shape) || !shape.every(whole)) {
    throw new BindingError(
      `parameter \`${name}\`: a shape must be a list of whole numbers, such as [784, 10], not ${JSON.stringify(shape)}`,
    );
  }
}

/**
 * Makes parameters, with zeros or as initializers fill them. They are in shared memory that kernels use without a copy: in one
 * memory up to 1 GiB of parameters, in several for more. Models of up to 64 KiB share memories, so thousands can be alive at once.
 *
 * @param shapes the shape of each parameter by its name, such as `{ w: [784, 10], b: [10] }`. An initializer may replace a shape:
 *   `{ w: he([784, 10]), b: [10] }`
 * @returns each parameter by its name: `{ data, shape }`, or `{ data, shape, storage }` in 16 bits. The memory is freed when no
 *   array is referenced any more
 * @throws {BindingError} if a shape or a type is invalid
 * @throws {OutOfMemoryError} if there is no more memory, or a parameter is larger than 4 GiB
 * @example
 * const net = parameters({ w: [2, 3], b: [3] });
 * net.w.data.fill(0.5);
 * net.w.data.length; // 6
 */
export function parameters<
  const S extends Readonly<Record<string, readonly number[] | Initializer>>,
  T extends ElementType | Storage = "float32",
>(shapes: S, options: ParametersOptions<T> = {}): { readonly [K in keyof S]: ParameterOf<T> } {
  checkOptions("parameters", options, ["type", "seed"]);
  if (typeof shapes !== "object" || shapes === null) {
    throw new BindingError("parameters: the first argument must be an object of shapes by name");
  }
  const type: ElementType | Storage = options.type ?? "float32";
  const storage = typeof type === "object" ? type : undefined;
  if (storage !== undefined) {
    narrowParameters.value("parameters", storage);
  } else if (!Object.hasOwn(elementBytes, type as string)) {
    throw unknownType(String(type));
  }
  const kept = storage ?? plainStorages[type as ElementType];
  const sizeOf = elementBytes[storage ? "float32" : (type as ElementType)];
  const named = Object.entries(shapes).map(([name, given]): Sized => {
    const start = (given as Initializer | null)?.initialize ? (given as Initializer) : undefined;
    const shape = start?.shape ?? given;
    checkShape(name, shape);
    // The distance to the next parameter is, in elements, the same as for its state.
    const bytes = bytesTo(kept, paddedBytes(elements(shape) * sizeOf) / sizeOf);
    return { name, shape, start, bytes };
  });
  const result: Record<string, AnyParameter> = Object.create(null);
  for (const together of shareOut(named)) {
    const total = bytesOf(together);
    const memory = memoryFor(total);
    let address = memory.allocate(total);
    for (const { name, shape, start, bytes } of together) {
      const data = adopt(memory, memory.stored(kept, address, elements(shape)) as ParameterArray);
      result[name] = { data, shape: [...shape], ...(storage && { storage }) };
      start?.initialize(result[name], name, options.seed ?? 0);
      address += bytes;
    }
  }
  return result as { readonly [K in keyof S]: never };
}

/** Names of the exported storages of 16 bits. */
const values = ["bfloat16", "float16"];

function unknownType(type: string): BindingError {
  const hint = values.includes(type)
    ? `: "${type}" is a string, ${type} a value that gradus exports; pass { type: ${type} }`
    : didYouMean(type, [...values, ...Object.keys(elementBytes)]);
  return new BindingError(`parameters: unknown type \`${type}\`${hint}`);
}

/** Models up to this many bytes share a memory, because an engine reserves gigabytes of addresses for each memory. */
const smallBytes = 1 << 16;

/** A memory of this many bytes takes no more models: those in it may need room for activations. */
const fullBytes = 64 << 20;

/** The memory that the next small models share. Once there is another, the memory is freed with its last array. */
let latest: Memory | undefined;

function memoryFor(bytes: number): Memory {
  const isSmall = bytes <= smallBytes;
  const known = isSmall ? latest : undefined;
  if (known !== undefined && known.wasm.buffer.byteLength < fullBytes) {
    return known;
  }
  // Room for gradients, state and activations, if the memory cannot grow.
  const memory = new Memory("growing", 16 * bytes + (64 << 20));
  if (isSmall && memory.shared) {
    latest = memory;
  }
  return memory;
}

interface Sized {
  readonly name: string;
  readonly shape: readonly number[];
  readonly start: Initializer | undefined;
  readonly bytes: number;
}

const bytesOf = (list: readonly Sized[]): number => list.reduce((sum, { bytes }) => sum + bytes, 0);

/** The most bytes of parameters in one memory of 4 GiB: with Adam, gradients and state take three times as much. */
const maxBytes = 1 << 30;

/** Distributes parameters to memories, in their order: all to one if they leave enough room in it. */
function shareOut(all: readonly Sized[]): Sized[][] {
  const memories: Sized[][] = [[]];
  let bytes = 0;
  for (const each of all) {
    bytes += each.bytes;
    if (bytes > maxBytes && memories.at(-1)!.length > 0) {
      memories.push([]);
      bytes = each.bytes;
    }
    memories.at(-1)!.push(each);
  }
  return memories;
}
