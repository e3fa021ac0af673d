/**
 * The safetensors format: 8 bytes with the header's length, a little-endian whole number; the header, JSON in UTF-8 that may end
 * with spaces; the elements of the tensors, little-endian and row-major, one tensor after another.
 *
 *     {"__metadata__": {"name": "text"}, "w": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}}
 *
 * Offsets count from the first byte after the header. Tensors leave no holes and do not overlap. See
 * https://github.com/huggingface/safetensors, "Format".
 */

import { Allowance, memoryFor } from "../../allowance.ts";
import { CheckpointError } from "../errors.ts";

/** The number of bits of an element, by the name of its type. */
export const bitsOfType = {
  BOOL: 8,
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  U8: 8,
  I8: 8,
  F8_E5M2: 8,
  F8_E4M3: 8,
  F8_E8M0: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2FNUZ: 8,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  C64: 64,
  F64: 64,
  I64: 64,
  U64: 64,
} as const;

/** The type of a tensor's elements. Gradus' arrays of numbers have `F32` and `F64`; other files may have more. */
export type DataType = keyof typeof bitsOfType;

/** The type, shape and place of a tensor. */
export interface TensorInfo {
  readonly dtype: DataType;
  /** Empty for a single number. */
  readonly shape: readonly number[];
  /** The offsets of its first byte and of the byte after its last one, from the first byte after the header. */
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  readonly metadata: ReadonlyMap<string, string>;
  /** The tensors by name. */
  readonly tensors: ReadonlyMap<string, TensorInfo>;
}

/** The name among tensors that stands for metadata. */
export const metadataKey = "__metadata__";

/** The number of bytes before the header, which hold its length. */
export const prefixBytes = 8;

/** The longest header in bytes: the limit of the reference implementation. */
export const maxHeaderBytes = 100_000_000;

/** The most dimensions of a tensor, as in NumPy and PyTorch. */
export const maxAxes = 64;

/** Bytes of memory for reading, including what a checkpoint makes of it. */
export const headerCosts = { tensor: 480, text: 160 } as const;

/** The budget of memory for the names in a header with this many bytes, written or read. */
export const memoryOf = (bytes: number): Allowance =>
  new Allowance(memoryFor(bytes, 16), () => {
    throw new CheckpointError(
      `its header of ${bytes} bytes has far more names than others of so many: it would take too much memory`,
    );
  });

/** One half of a surrogate pair of UTF-16, which UTF-8 cannot represent. */
export const loneSurrogate = /\p{Surrogate}/u;
