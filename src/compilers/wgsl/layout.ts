/** The contract between the compiler for WebGPU and its runtime: bindings, tables and records. */

import type { Storage } from "../storages/storage.ts";

/** How elements are stored; arithmetic is in float32. `"float16"` is the device's own type, if it has one. @inline */
export type ElementStorage = "float32" | "float16" | Storage;

/** Rows that are not contiguous, in elements. */
export interface Strided {
  readonly columns: number;
  /** From the beginning of a row to the beginning of the next one. */
  readonly stride: number;
}

/** The storages of a shader's arrays. */
export interface Storages {
  readonly parameter: ElementStorage;
  readonly gradient: ElementStorage;
  /** For arrays whose rows are not contiguous. */
  readonly strided?: Readonly<Partial<Record<"parameter" | "gradient", Strided | undefined>>>;
  /** The storages of states, by slot. Default: float32. */
  readonly states?: ReadonlyMap<string, Storage>;
}

/** Bindings of group 0, the same for all shaders except those for whole matrices. */
export const bindings = {
  parameter: 0,
  gradient: 1,
  /** States and temporaries of a segment's tensors, float32. */
  state: 2,
  /** The places of a shader's tensors, and the work of its workgroups. */
  table: 3,
  /** Host values, one row for each of the next updates. */
  ring: 4,
  /** Reductions, their partial results, device values and states of one number per tensor, float32. */
  values: 5,
  status: 6,
  /** The rows that a step is for, or a mark for each row, if the step is not for all. */
  rows: 7,
  /** The same binding in operations on whole matrices: their scratch memory, float32. */
  scratch: 7,
  /** The first of several buffers of gradients; the others follow. Shaders with several of them bind only what they read. */
  gradients: 8,
} as const;

/** The words of the status. Only the device changes them. */
export const status = {
  /** Not 0 after a gradient was not finite: then nothing is stored. */
  stopped: 0,
  /** The number of updates made. */
  updates: 1,
  /** The number of steps skipped. */
  skipped: 2,
  length: 4,
} as const;

/** The first words of `values`, which belong to a step, not to an update. */
export const stepInputs = { loss: 0, length: 1 } as const;

/** The words at the start of a table. */
export const header = {
  /** The number of workgroups that have work. Their records follow this header. */
  blocks: 0,
  /** The first word of the tensors' records. */
  tensorRecords: 1,
  /** Words from one tensor's record to the next. */
  tensorStride: 2,
  /** The rows of the ring, and the words of a row. */
  ringRows: 3,
  ringStride: 4,
  /** The first partial result of reduction 0 in `values`, and words from one reduction's partial results to the next one's. */
  partials: 5,
  partialsStride: 6,
  length: 7,
} as const;

/**
 * The words of a block's record, which is the work of one workgroup. If a shader reads several buffers of gradients, a
 * workgroup has an adjacent record for each of them. If a buffer has no work left, the record has a tensor without elements.
 */
export const blockRecord = {
  /** The first word of its tensor's record. */
  tensor: 0,
  /**
   * The first element of a loop over elements, the row of a loop by rows, or the first of its columns; for an operation on
   * matrices, the block's first index.
   */
  start: 1,
  /** The index of the block's partial result for a reduction; for an operation on matrices, the block's second index. */
  partial: 2,
  length: 3,
} as const;

/** The words of a tensor's record, which is specific to a loop. */
export const tensorRecord = {
  /** The number of elements to loop over. */
  length: 0,
  /** The rows and columns of the kind that is looped over. */
  rows: 1,
  width: 2,
  /** The first word in a row of the ring. */
  ring: 3,
  /** The first word in `values`. */
  values: 4,
  /** The number of the tensor's elements before those of this record, for random numbers. */
  before: 5,
  /**
   * Then, for each slot of the program, the position of the tensor's first element in its buffer, and for each
   * reduction its place in `values`. The record for the scalars' shader has no slots.
   */
  slots: 6,
} as const;

/** The invocations of a workgroup. */
export const workgroupSize = 256;

/** The vectors that an invocation works on, one after the other. */
export const turns = 2;

/** The elements that a workgroup works on, with vectors of `lanes` elements. */
export const blockElements = (lanes: number): number => workgroupSize * turns * lanes;

/** The words of a job of the shader that combines partial results of reductions. */
export const combineJob = { from: 0, count: 1, operator: 2, to: 3, length: 4 } as const;
