/**
 * The safetensors format: 8 bytes, the header's length as a little-endian whole number; the header,
 * JSON in UTF-8 that may end in spaces; the tensors' elements, little-endian and row-major, one tensor behind
 * the other.
 *
 *     {"__metadata__": {"name": "text"}, "w": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}}
 *
 * Offsets count from the first byte behind the header. Tensors leave no holes and do not overlap. See
 * https://github.com/huggingface/safetensors, "Format".
 */

import { Allowance, memoryFor } from "../../allowance.ts";
import { CheckpointError } from "../errors.ts";

/** Bits of an element, by the name of its type. */
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

/** The type of a tensor's elements: arrays have `F32` and `F64`, files of others have more. */
export type DataType = keyof typeof bitsOfType;

/** Where a tensor is, and what. */
export interface TensorInfo {
  readonly dtype: DataType;
  /** Empty for a single number. */
  readonly shape: readonly number[];
  /** Of its first byte and the one behind its last, from the first byte behind the header. */
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  readonly metadata: ReadonlyMap<string, string>;
  /** By name. */
  readonly tensors: ReadonlyMap<string, TensorInfo>;
}

/** The name among tensors that is none. */
export const metadataKey = "__metadata__";

/** Bytes of the number before the header. */
export const prefixBytes = 8;

/** The longest header in bytes: the limit of the reference implementation. */
export const maxHeaderBytes = 100_000_000;

/** Of a tensor, as NumPy and PyTorch have them. */
export const maxAxes = 64;

/** Bytes of memory that a reader takes, with what a checkpoint makes of them. */
export const headerCosts = { tensor: 480, text: 160 } as const;

/** For the names of a header of so many bytes, written or read. */
export const memoryOf = (bytes: number): Allowance =>
  new Allowance(memoryFor(bytes, 16), () => {
    throw new CheckpointError(
      `its header of ${bytes} bytes has far more names than others of so many: it would take too much memory`,
    );
  });

/** Half of a pair of UTF-16, which UTF-8 cannot hold. */
export const loneSurrogate = /\p{Surrogate}/u;
