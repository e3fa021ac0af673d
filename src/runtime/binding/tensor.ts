/** Parameters as kernels see them: the addresses and sizes of their arrays. */
import type { ElementType, Storage } from "../../compilers/backend.ts";
import { BindingError } from "../errors.ts";
import { type FloatArray, type Memory, memoryOf, paddedBytes, typeOf } from "../memory/memory.ts";
import { byBuffer } from "../memory/overlaps.ts";
import {
  type AnyParameter,
  type AnyParameterSource,
  checkShape,
  elements,
  type ParameterArray,
} from "../parameters.ts";

/** A parameter as a plan sees it: where its array is, and in which type it is computed. */
export interface Tensor {
  /** Its name among the parameters. */
  readonly name: string;
  /** The type of computations. */
  readonly type: ElementType;
  /** How its elements are kept, if not in that type. */
  readonly storage?: Storage | undefined;
  /** The length of each dimension. */
  readonly shape: readonly number[];
  /** The number of elements. */
  readonly length: number;
  /** Bytes of an array of its length in that type, with padding. */
  readonly padded: number;
  /** The caller's array. */
  readonly data: ParameterArray;
  /** The memory for its gradient and state: the parameter's own, if the library made that. */
  readonly memory: Memory | undefined;
  /** The address of `data`; undefined if it lives elsewhere and is staged. */
  readonly address: number | undefined;
}

const isFloatArray = (value: unknown): value is FloatArray => typeOf(value) !== undefined;

function describe(name: string, source: AnyParameter | FloatArray): AnyParameter {
  if (isFloatArray(source)) {
    return { data: source, shape: [source.length] };
  }
  const data: ParameterArray | undefined = source?.data;
  // storing.ts checks parameters that have a storage.
  if (!(isFloatArray(data) || source?.storage)) {
    throw new BindingError(
      `parameter \`${name}\` is not a Float32Array, Float64Array or { data, shape } of one`,
    );
  }
  checkShape(name, source.shape);
  if (elements(source.shape) !== data?.length) {
    throw new BindingError(
      `parameter \`${name}\`: the shape [${source.shape}] does not hold ${data?.length} elements`,
    );
  }
  return source;
}

type Described = [name: string, AnyParameter];

/** Refuses parameters that share an element: it would be updated twice. */
function refuseSharedElements(described: readonly Described[]): void {
  for (const list of byBuffer(described.map(([, { data }]) => data)).values()) {
    for (let index = 1; index < list.length; index++) {
      const [before, data] = [list[index - 1]!, list[index]!];
      if (before.byteOffset + before.byteLength > data.byteOffset) {
        const sharing = described.filter((each) => [before, data].includes(each[1].data));
        const [one, other] = sharing.map(([name]) => `\`${name}\``);
        throw new BindingError(`parameters ${one} and ${other} share elements`);
      }
    }
  }
}

/**
 * The parameters with their shapes, sorted by name, so that results do not depend on the order of the argument.
 * @throws {BindingError} if one is not a parameter, or two share elements
 */
export function describeParameters(source: AnyParameterSource): Described[] {
  if (typeof source !== "object" || source === null) {
    throw new BindingError("optimize: the first argument must be an object of parameters by name");
  }
  const described = Object.keys(source)
    .sort()
    .map((name): Described => [name, describe(name, source[name]!)]);
  refuseSharedElements(described);
  return described;
}

/**
 * Describes a parameter for kernels.
 * @param home the memory for parameters that live elsewhere
 */
export function tensorOf(
  name: string,
  { data, shape, storage }: AnyParameter,
  home: Memory | undefined,
): Tensor {
  const own = memoryOf(data);
  return {
    name,
    type: typeOf(data as unknown) ?? "float32",
    storage,
    shape: [...shape],
    length: data.length,
    padded: paddedBytes(data.byteLength * (storage ? 2 : 1)),
    data,
    memory: own ?? home,
    address: own && data.byteOffset,
  };
}

/**
 * Refuses arrays that were detached after binding: transferred to another thread, or in a memory that has grown.
 * @throws {BindingError} if there is one
 */
export function checkAlive(tensors: readonly Tensor[]): void {
  for (let index = 0; index < tensors.length; index++) {
    const { name, data, length } = tensors[index]!;
    if (data.length !== length) {
      throw new BindingError(
        `the array of parameter \`${name}\` is gone: it was transferred, or its memory has grown or shrunk. ` +
          "Nothing was changed; call optimize() with the new array, and restore the state",
      );
    }
  }
}

/** The number of rows that a sparse gradient may have: the first dimension; for a vector, its elements. */
export const heightOf = ({ shape, length }: Pick<Tensor, "shape" | "length">): number =>
  shape.length === 1 ? length : (shape[0] ?? 1);

/** The number of rows of a matrix: its first dimension. All other dimensions form the columns. A vector is one row. */
export function rowsOf({ shape }: Tensor): number {
  return shape.length < 2 ? 1 : shape[0]!;
}

export function colsOf(tensor: Tensor): number {
  const rows = rowsOf(tensor);
  return rows > 0 ? tensor.length / rows : elements(tensor.shape.slice(1));
}
