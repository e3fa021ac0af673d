/** Elements as they lie in a file, and tensors as parts of them. */
import type { Allowance } from "../allowance.ts";
import { fromBfloat16, toBfloat16 } from "../numbers/bfloat16.ts";
import { fromHalf, toHalf } from "../numbers/float16.ts";
import { TorchFileError } from "./errors.ts";
import { elementsIn, type TorchArrays, type TorchTensor, type TorchType } from "./value.ts";

/** Arrays of elements as files have them; those of 16 bits are widened. */
const arrays = {
  ...{ float64: Float64Array, float32: Float32Array, float16: Uint16Array, bfloat16: Uint16Array },
  ...{ int64: BigInt64Array, int32: Int32Array, int16: Int16Array, int8: Int8Array },
  ...{ uint8: Uint8Array, bool: Uint8Array },
} as const;

export const bytesOfType = (type: TorchType): number => arrays[type].BYTES_PER_ELEMENT;

/** Types of 16 bits: how a float32 becomes one, and back. */
const halves = {
  float16: { encode: toHalf, decode: fromHalf },
  bfloat16: { encode: toBfloat16, decode: fromBfloat16 },
} as const;

const isHalf = (type: string): type is keyof typeof halves => Object.hasOwn(halves, type);

/** What a tensor has read, as files have it: of 16 bits the bits, of the nearest number that has such. */
export const asStored = <A extends TorchArrays[TorchType]>(
  type: string,
  read: A,
): A | Uint16Array =>
  isHalf(type) ? Uint16Array.from(read as Float32Array, halves[type].encode) : read;

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
const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Turns elements of so many bytes from the order of files to that of this machine, or back. */
export function inOrder(bytes: Uint8Array, size: number): Uint8Array {
  if (isLittleEndian) {
    return bytes;
  }
  const turned = new Uint8Array(bytes);
  for (let at = 0; at < turned.length; at += size) {
    turned.subarray(at, at + size).reverse();
  }
  return turned;
}

/** One file's array of elements, which tensors may share. */
export interface Storage {
  readonly type: TorchType;
  /** Elements. */
  readonly length: number;
  /** All of it, checked. */
  readonly bytes: () => Uint8Array;
}

const isRowMajor = (shape: readonly number[], strides: readonly number[]): boolean => {
  let stride = 1;
  return shape.toReversed().every((size, index) => {
    const fits = size === 1 || strides[strides.length - 1 - index] === stride;
    stride *= size;
    return fits;
  });
};

/** Elements of 1, 2 or 4 bytes, as what is quickest to move. */
const words = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array } as const;

/**
 * Elements row by row that lie otherwise.
 * @param bytes from the first of them on, of an array of its own
 */
function gathered(
  bytes: Uint8Array,
  size: number,
  shape: readonly number[],
  strides: readonly number[],
): Uint8Array {
  // Elements of 8 bytes are rows of two.
  const wide = size / Math.min(size, 4);
  const Words = words[(size / wide) as 1 | 2 | 4];
  const axes = [
    ...shape.map((each, axis) => ({ size: each, stride: wide * strides[axis]! })),
    { size: wide, stride: 1 },
  ].filter((axis) => axis.size > 1);
  const last = axes.length - 1;
  const from = new Words(bytes.buffer as ArrayBuffer);
  const to = new Words(axes.reduce((product, axis) => product * axis.size, 1));
  let next = 0;
  const visit = (axis: number, start: number): void => {
    const { size: count, stride } = axes[axis]!;
    for (let index = 0, at = start; index < count; index++, at += stride) {
      if (axis === last) {
        to[next++] = from[at]!;
      } else {
        visit(axis + 1, at);
      }
    }
  };
  if (last < 0) {
    to[0] = from[0]!;
  } else {
    visit(0, 0);
  }
  return new Uint8Array(to.buffer);
}

/** Where a tensor's elements are in their storage. */
interface Part {
  readonly start: number;
  /** The last that it has, behind the first. */
  readonly reach: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

function read({ type, bytes }: Storage, part: Part): TorchArrays[TorchType] {
  const { start, reach, shape, strides } = part;
  const isEmpty = shape.includes(0);
  const size = bytesOfType(type);
  const all = isEmpty ? new Uint8Array() : bytes();
  // A copy, and never a Buffer's slice, which is none.
  const own = new Uint8Array(all.subarray(start * size, (start + reach + 1) * size));
  const rows = isEmpty || isRowMajor(shape, strides) ? own : gathered(own, size, shape, strides);
  const array = new arrays[type](inOrder(rows, size).buffer as ArrayBuffer);
  return isHalf(type)
    ? Float32Array.from(array as Uint16Array, halves[type].decode)
    : (array as TorchArrays[TorchType]);
}

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0;

/** How many tensors may have one element, on the average: they are copied at once, or gathered one by one. */
const sharing = { most: 64, gathered: 16, leastBytes: 16 * 2 ** 20 };

/** How much of their elements a file's tensors may have together, in bytes. */
export const elementsFor = (fileBytes: number): number =>
  sharing.leastBytes + sharing.most * fileBytes;

/**
 * A part of a storage.
 * @param elements what is left of a file's `elementsFor`
 * @throws {TorchFileError} where it reaches beyond it, or has more elements than it
 */
export function tensorIn(
  storage: Storage,
  start: unknown,
  sizes: readonly unknown[],
  steps: readonly unknown[],
  elements: Allowance,
): TorchTensor {
  // Lists go on in the file: what was checked is what is read.
  const [shape, strides] = [[...sizes], [...steps]];
  if (!isCount(start) || !shape.every(isCount) || !strides.every(isCount)) {
    throw new TorchFileError("a tensor's start, shape and strides are whole numbers");
  }
  // A zero does not make up for sizes that nothing can have.
  const count = elementsIn(shape.map((size) => size || 1));
  const reach = shape.reduce((sum, size, axis) => sum + (size - 1) * strides[axis]!, 0);
  const isInside =
    shape.length === strides.length &&
    (shape.includes(0)
      ? Number.isSafeInteger(count)
      : count <= storage.length && start + reach < storage.length);
  if (!isInside) {
    throw new TorchFileError(
      `a tensor of shape [${shape}] reaches beyond the ${storage.length} elements that it is part of: the file is damaged`,
    );
  }
  const { type } = storage;
  const times = isRowMajor(shape, strides) ? 1 : sharing.gathered;
  elements.take(times * elementsIn(shape) * bytesOfType(type));
  const part = { start, reach, shape, strides };
  return { type, shape: Object.freeze([...shape]), read: () => read(storage, part) };
}
