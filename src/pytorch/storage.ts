/** Elements as they lie in a file, and tensors as parts of them. */
import { TorchFileError } from "./errors.ts";
import type { TorchArrays, TorchTensor, TorchType } from "./value.ts";

export const bytesOfType: Readonly<Record<TorchType, number>> = {
  ...{ float64: 8, float32: 4, float16: 2, bfloat16: 2 },
  ...{ int64: 8, int32: 4, int16: 2, int8: 1, uint8: 1, bool: 1 },
};

/** By the name of the class that a file calls a storage. */
export const typeOfStorage: ReadonlyMap<string, TorchType> = new Map([
  ["DoubleStorage", "float64"],
  ["FloatStorage", "float32"],
  ["HalfStorage", "float16"],
  ["BFloat16Storage", "bfloat16"],
  ["LongStorage", "int64"],
  ["IntStorage", "int32"],
  ["ShortStorage", "int16"],
  ["CharStorage", "int8"],
  ["ByteStorage", "uint8"],
  ["BoolStorage", "bool"],
]);

/** Whether this machine has numbers as files have them. */
export const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** One file's array of elements, which tensors may share. */
export interface Storage {
  readonly type: TorchType;
  /** Elements. */
  readonly length: number;
  /** All of it, checked. */
  readonly bytes: () => Uint8Array;
}

/** A number of 16 bits, of which float32 has all: the bits of `exponent` are 5 or 8. */
function widen(bits: number, exponent: 5 | 8): number {
  const fraction = 15 - exponent;
  const bias = 2 ** (exponent - 1) - 1;
  const sign = bits & 0x8000 ? -1 : 1;
  const power = (bits & 0x7fff) >> fraction;
  const rest = (bits & ((1 << fraction) - 1)) / 2 ** fraction;
  if (power === 2 ** exponent - 1) {
    return rest === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  }
  return sign * (power === 0 ? rest * 2 ** (1 - bias) : (1 + rest) * 2 ** (power - bias));
}

type Reader = (view: DataView, at: number) => number | bigint;

const readers: Readonly<Record<TorchType, Reader>> = {
  float64: (view, at) => view.getFloat64(at, true),
  float32: (view, at) => view.getFloat32(at, true),
  float16: (view, at) => widen(view.getUint16(at, true), 5),
  bfloat16: (view, at) => widen(view.getUint16(at, true), 8),
  int64: (view, at) => view.getBigInt64(at, true),
  int32: (view, at) => view.getInt32(at, true),
  int16: (view, at) => view.getInt16(at, true),
  int8: (view, at) => view.getInt8(at),
  uint8: (view, at) => view.getUint8(at),
  bool: (view, at) => view.getUint8(at),
};

const makers: { readonly [T in TorchType]: (length: number) => TorchArrays[T] } = {
  float64: (length) => new Float64Array(length),
  float32: (length) => new Float32Array(length),
  float16: (length) => new Float32Array(length),
  bfloat16: (length) => new Float32Array(length),
  int64: (length) => new BigInt64Array(length),
  int32: (length) => new Int32Array(length),
  int16: (length) => new Int16Array(length),
  int8: (length) => new Int8Array(length),
  uint8: (length) => new Uint8Array(length),
  bool: (length) => new Uint8Array(length),
};

const isRowMajor = (shape: readonly number[], strides: readonly number[]): boolean => {
  let stride = 1;
  return shape.toReversed().every((size, index) => {
    const fits = size === 1 || strides[strides.length - 1 - index] === stride;
    stride *= size;
    return fits;
  });
};

/** Positions in the storage, row by row. */
function* positions(
  shape: readonly number[],
  strides: readonly number[],
  start: number,
): Generator<number> {
  const index = shape.map(() => 0);
  for (let position = start; ; ) {
    yield position;
    let axis = shape.length - 1;
    for (; axis >= 0; axis--) {
      index[axis]! += 1;
      position += strides[axis]!;
      if (index[axis]! < shape[axis]!) {
        break;
      }
      position -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
    if (axis < 0) {
      return;
    }
  }
}

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0;

/**
 * A part of a storage.
 * @throws {TorchFileError} where it reaches beyond it, or has more elements than it
 */
export function tensorIn(
  storage: Storage,
  start: unknown,
  shape: readonly unknown[],
  strides: readonly unknown[],
): TorchTensor {
  if (!isCount(start) || !shape.every(isCount) || !strides.every(isCount)) {
    throw new TorchFileError("a tensor's start, shape and strides are whole numbers");
  }
  const count = shape.reduce((a, b) => a * b, 1);
  const last = shape.reduce((sum, size, axis) => sum + (size - 1) * strides[axis]!, start);
  if (
    shape.length !== strides.length ||
    count > storage.length ||
    (count > 0 && !(last < storage.length))
  ) {
    throw new TorchFileError(
      `a tensor of shape [${shape}] reaches beyond the ${storage.length} elements that it is part of: the file is damaged`,
    );
  }
  const { type } = storage;
  const read = () => {
    const array = makers[type](count);
    if (count === 0) {
      return array;
    }
    const bytes = storage.bytes();
    const size = bytesOfType[type];
    const direct = array.BYTES_PER_ELEMENT === size && isRowMajor(shape, strides);
    if (direct && isLittleEndian) {
      new Uint8Array(array.buffer).set(bytes.subarray(start * size, (start + count) * size));
      return array;
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let next = 0;
    for (const position of positions(shape, strides, start)) {
      array[next++] = readers[type](view, position * size) as never;
    }
    return array;
  };
  return { type, shape, read };
}
