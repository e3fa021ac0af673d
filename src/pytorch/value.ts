/** What PyTorch's files hold: plain data and tensors. */

/** Arrays that elements of a tensor are read into, by PyTorch's name for its type. */
export interface TorchArrays {
  readonly float64: Float64Array;
  readonly float32: Float32Array;
  /** Read into float32, which has all of its numbers. */
  readonly float16: Float32Array;
  readonly bfloat16: Float32Array;
  readonly int64: BigInt64Array;
  readonly int32: Int32Array;
  readonly int16: Int16Array;
  readonly int8: Int8Array;
  readonly uint8: Uint8Array;
  readonly bool: Uint8Array;
}

/** A type of elements, by PyTorch's name. */
export type TorchType = keyof TorchArrays;

/** A tensor, row-major. */
export interface TorchTensor {
  readonly type: TorchType;
  /** Empty for a single number. */
  readonly shape: readonly number[];
  /**
   * Its elements in a new array.
   * @throws {TorchFileError} where the file's elements are damaged
   */
  read(): TorchArrays[TorchType];
}

/** A Python tuple; lists are arrays. */
export class TorchTuple {
  readonly items: readonly TorchValue[];

  constructor(items: readonly TorchValue[]) {
    this.items = items;
  }
}

/** A Python dict: keys are numbers or texts, in their order. */
export type TorchDict = ReadonlyMap<string | number, TorchValue>;

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

/** A tensor of numbers that are here. */
export function tensorOf(
  data: Float32Array | Float64Array,
  shape: readonly number[] = [data.length],
): TorchTensor {
  const type = data instanceof Float32Array ? "float32" : "float64";
  return { type, shape, read: () => data.slice() };
}
