/** What PyTorch's files hold: plain data and tensors. */
import { typeOf } from "../runtime/memory/memory.ts";
import { tagOf } from "../tag.ts";
import { TorchFileError } from "./errors.ts";

/** Arrays that elements of a tensor are read into, by PyTorch's name for its type. */
export interface TorchArrays {
  /** `torch.float64`, bit for bit. */
  readonly float64: Float64Array;
  /** `torch.float32`, bit for bit. */
  readonly float32: Float32Array;
  /** Read into float32, which has all of its numbers. */
  readonly float16: Float32Array;
  /** Read into float32, which has all of its numbers. */
  readonly bfloat16: Float32Array;
  /** `torch.int64`. */
  readonly int64: BigInt64Array;
  /** `torch.int32`. */
  readonly int32: Int32Array;
  /** `torch.int16`. */
  readonly int16: Int16Array;
  /** `torch.int8`. */
  readonly int8: Int8Array;
  /** `torch.uint8`. */
  readonly uint8: Uint8Array;
  /** `torch.bool`: 0 or 1. */
  readonly bool: Uint8Array;
}

/** A type of elements, by PyTorch's name. */
export type TorchType = keyof TorchArrays;

/** A tensor, row-major. */
export interface TorchTensor {
  /** The type of its elements. */
  readonly type: TorchType;
  /** Empty for a single number. */
  readonly shape: readonly number[];
  /**
   * Its elements in a new array.
   * @throws {TorchFileError} where the file's elements are damaged
   */
  read(): TorchArrays[TorchType];
}

/**
 * A Python tuple; lists are arrays.
 *
 * @example
 * const file = writeTorch({ betas: new TorchTuple([0.9, 0.95]) });
 * const group = readTorch(file) as TorchDict;
 * const betas = group.get("betas");
 * betas instanceof TorchTuple && betas.items; // [0.9, 0.95]
 */
export class TorchTuple {
  /** What is in it, in its order. */
  readonly items: readonly TorchValue[];

  constructor(items: readonly TorchValue[]) {
    this.items = items;
  }
}

/** A Python dict: keys are numbers or texts, in their order. */
export type TorchDict = ReadonlyMap<string | number, TorchValue>;

export const isDict = (value: unknown): value is TorchDict => tagOf(value) === "Map";

/** `None`, numbers (those beyond 2^53 as bigint), texts, lists, tuples, dicts, and tensors. */
export type TorchValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | TorchTensor
  | TorchTuple
  | TorchDict
  | readonly TorchValue[];

export const isTensor = (value: unknown): value is TorchTensor =>
  typeof value === "object" && value !== null && "read" in value && "shape" in value;

/** A shape's product. */
export const elementsIn = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

const arrays: { readonly [T in TorchType]: abstract new () => TorchArrays[T] } = {
  ...{ float64: Float64Array, float32: Float32Array, float16: Float32Array },
  ...{ bfloat16: Float32Array, int64: BigInt64Array, int32: Int32Array, int16: Int16Array },
  ...{ int8: Int8Array, uint8: Uint8Array, bool: Uint8Array },
};

const isSize = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;

/**
 * What a tensor reads, which may be anyone's.
 * @throws {TorchFileError} where it is not what its type and shape say
 */
export function elementsOf(tensor: TorchTensor): TorchArrays[TorchType] {
  const { type, shape } = tensor;
  if (!Object.hasOwn(arrays, type)) {
    throw new TorchFileError(
      `${String(type)} is not a type of tensor: use ${Object.keys(arrays).join(", ")}`,
    );
  }
  if (!Array.isArray(shape) || !shape.every(isSize) || typeof tensor.read !== "function") {
    throw new TorchFileError(
      "a tensor has a shape, which is an array of whole numbers, and a function read",
    );
  }
  const found = tensor.read();
  if (tagOf(found) !== arrays[type].name || found.length !== elementsIn(shape)) {
    const what = ArrayBuffer.isView(found)
      ? `${found.constructor.name} of ${found.length}`
      : "none";
    throw new TorchFileError(
      `a tensor of ${type} of shape [${shape}] takes ${arrays[type].name} of ${elementsIn(shape)} elements, and has ${what}`,
    );
  }
  return found;
}

/**
 * A tensor of numbers that are here.
 * @param shape default: a vector
 * @param data its elements, row-major; a tensor of `float32` or `float64`
 * @example
 * const bias = tensorOf(new Float32Array([1, 2, 3]));
 * console.log(bias.type, bias.shape); // "float32", [3]
 * tensorOf(new Float64Array(6), [2, 3]).read().length; // 6
 */
export function tensorOf(
  data: Float32Array | Float64Array,
  shape: readonly number[] = [data.length],
): TorchTensor {
  const type = typeOf(data);
  return { type, shape, read: () => data.slice() };
}
