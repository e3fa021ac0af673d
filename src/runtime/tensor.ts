/** One parameter as kernels see it: where its arrays are. */
import type { ElementType } from "../compilers/compiler.ts";
import { BindingError } from "./errors.ts";
import { type FloatArray, type Memory, memoryOf, paddedBytes } from "./memory.ts";
import { elements, type Parameter, type ParameterSource } from "./parameters.ts";

export interface Tensor {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly length: number;
  /** Bytes of one of its arrays with padding. */
  readonly padded: number;
  /** The caller's array. */
  readonly data: FloatArray;
  /** Address of `data`; undefined if it lives elsewhere and is staged. */
  readonly address: number | undefined;
}

const isFloatArray = (value: unknown): value is FloatArray =>
  value instanceof Float32Array || value instanceof Float64Array;

function describe(name: string, source: Parameter | FloatArray): Parameter {
  if (isFloatArray(source)) {
    return { data: source, shape: [source.length] };
  }
  const data: unknown = source?.data;
  if (!isFloatArray(data)) {
    throw new BindingError(
      `parameter \`${name}\` is no Float32Array, Float64Array or { data, shape } of one`,
    );
  }
  if (!Array.isArray(source.shape) || elements(source.shape) !== data.length) {
    throw new BindingError(
      `parameter \`${name}\`: the shape [${source.shape}] does not hold ${data.length} elements`,
    );
  }
  return source;
}

/**
 * The parameters with their shapes, sorted by name, so that no result depends on the order given.
 * @throws {BindingError} where one is no parameter, or two are the same array
 */
export function describeParameters(source: ParameterSource): [name: string, Parameter][] {
  const seen = new Map<FloatArray, string>();
  return Object.keys(source)
    .sort()
    .map((name) => {
      const parameter = describe(name, source[name]!);
      const twin = seen.get(parameter.data);
      if (twin !== undefined) {
        throw new BindingError(`parameters \`${twin}\` and \`${name}\` are the same array`);
      }
      seen.set(parameter.data, name);
      return [name, parameter];
    });
}

/** Looks at a parameter from where kernels are. */
export function tensorOf(name: string, { data, shape }: Parameter, memory: Memory): Tensor {
  const type = data instanceof Float32Array ? "float32" : "float64";
  return {
    name,
    type,
    shape: [...shape],
    length: data.length,
    padded: paddedBytes(data.byteLength),
    data,
    address: memoryOf(data) === memory ? data.byteOffset : undefined,
  };
}

/** The rows of a matrix: the first dimension; the rest are its columns. A vector is one row. */
export function rowsOf({ shape }: Tensor): number {
  return shape.length < 2 ? 1 : shape[0]!;
}
