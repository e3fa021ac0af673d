/** Parameters: named arrays with shapes. */
import { elementBytes } from "../compilers/backend.ts";
import { didYouMean } from "../suggest.ts";
import { BindingError, checkOptions } from "./errors.ts";
import { adopt, type ElementType, type FloatArray, Memory, paddedBytes } from "./memory/memory.ts";

/** An array with a shape, row-major. `shape` is empty for a single number. */
export interface Parameter<A extends FloatArray = FloatArray> {
  readonly data: A;
  readonly shape: readonly number[];
}

/** What `optimize` takes: arrays with shapes, or bare arrays, which are vectors. */
export type ParameterSource = Readonly<Record<string, Parameter | FloatArray>>;

/** The kind of array that a parameter has. */
export type ArrayOf<P> = P extends { readonly data: infer A }
  ? ArrayOf<A>
  : P extends Float32Array
    ? Float32Array
    : P extends Float64Array
      ? Float64Array
      : FloatArray;

/** An array of the same length and type for each parameter. */
export type ArraysOf<P> = { readonly [K in keyof P]: ArrayOf<P[K]> };

/** The same with shapes. */
export type ParametersOf<P> = { readonly [K in keyof P]: Parameter<ArrayOf<P[K]>> };

/** Options of {@link parameters}. */
export interface ParametersOptions<T extends ElementType = ElementType> {
  /** Default `"float32"`. */
  readonly type?: T;
}

type ArrayOfType<T extends ElementType> = T extends "float64" ? Float64Array : Float32Array;

/** The number of elements of a shape. */
export const elements = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** @throws {BindingError} where it is none */
export function checkShape(name: string, shape: unknown): asserts shape is readonly number[] {
  const whole = (size: unknown) => Number.isSafeInteger(size) && (size as number) >= 0;
  if (!Array.isArray(shape) || !shape.every(whole)) {
    throw new BindingError(
      `parameter \`${name}\`: a shape is a list of whole numbers such as [784, 10], not ${JSON.stringify(shape)}`,
    );
  }
}

/**
 * Makes zeroed parameters in shared memory that kernels reach without a copy: in one memory up to
 * 1 GiB of parameters, in several beyond that. Models of up to 64 KiB share memories, so that thousands can be alive.
 *
 * @param shapes name to shape, such as `{ w: [784, 10], b: [10] }`
 * @returns name to `{ data, shape }`; the memory is freed with the last array that is held
 * @throws {BindingError} where a shape is none
 * @throws {OutOfMemoryError} where there is no more memory, or a parameter is larger than 4 GiB
 */
export function parameters<
  const S extends Readonly<Record<string, readonly number[]>>,
  T extends ElementType = "float32",
>(
  shapes: S,
  options: ParametersOptions<T> = {},
): { readonly [K in keyof S]: Parameter<ArrayOfType<T>> } {
  checkOptions("parameters", options, ["type"]);
  if (typeof shapes !== "object" || shapes === null) {
    throw new BindingError("parameters: the first argument is an object of shapes by name");
  }
  const type = options.type ?? "float32";
  if (!Object.hasOwn(elementBytes, type)) {
    const known = Object.keys(elementBytes);
    throw new BindingError(`parameters: unknown type \`${type}\`${didYouMean(type, known)}`);
  }
  const named = Object.entries(shapes).map(([name, shape]): Sized => {
    checkShape(name, shape);
    return { name, shape, bytes: paddedBytes(elements(shape) * elementBytes[type]) };
  });
  const result: Record<string, Parameter> = Object.create(null);
  for (const together of shareOut(named)) {
    const total = bytesOf(together);
    const memory = memoryFor(total);
    let address = memory.allocate(total);
    for (const { name, shape, bytes } of together) {
      const data = adopt(memory, memory.view(type, address, elements(shape)));
      result[name] = { data, shape: [...shape] };
      address += bytes;
    }
  }
  return result as { readonly [K in keyof S]: Parameter<ArrayOfType<T>> };
}

/** Bytes of parameters of which several models share a memory: an engine reserves gigabytes of addresses for each. */
const smallBytes = 1 << 16;

/** Bytes of a memory that takes no more models: those that it has may want room for activations. */
const fullBytes = 64 << 20;

/** What is shared with small models to come; it goes with its last array once there is another. */
let latest: Memory | undefined;

function memoryFor(bytes: number): Memory {
  const isSmall = bytes <= smallBytes;
  const known = isSmall ? latest : undefined;
  if (known !== undefined && known.wasm.buffer.byteLength < fullBytes) {
    return known;
  }
  // Room for gradients, state and activations, should the memory not be able to grow.
  const memory = new Memory("growing", 16 * bytes + (64 << 20));
  if (isSmall && memory.shared) {
    latest = memory;
  }
  return memory;
}

interface Sized {
  readonly name: string;
  readonly shape: readonly number[];
  readonly bytes: number;
}

const bytesOf = (list: readonly Sized[]): number => list.reduce((sum, { bytes }) => sum + bytes, 0);

/** Bytes of parameters in one memory of 4 GiB: Adam's gradients and state take three times as much. */
const mostBytes = 1 << 30;

/** The parameters of each memory, in their order: one for all, unless they leave no room in it. */
function shareOut(all: readonly Sized[]): Sized[][] {
  const memories: Sized[][] = [[]];
  let bytes = 0;
  for (const each of all) {
    bytes += each.bytes;
    if (bytes > mostBytes && memories.at(-1)!.length > 0) {
      memories.push([]);
      bytes = each.bytes;
    }
    memories.at(-1)!.push(each);
  }
  return memories;
}
