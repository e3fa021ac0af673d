/** What shaders find where: the contract between the compiler for WebGPU and its runtime. */

import type { Storage } from "../storages/storage.ts";

/** How elements are kept; arithmetic is in float32. `"float16"` is the device's own, where it has one. @inline */
export type ElementStorage = "float32" | "float16" | Storage;

/** Rows that do not lie side by side, in elements. */
export interface Strided {
  readonly columns: number;
  /** From the beginning of a row to that of the next one. */
  readonly stride: number;
}

/** How the arrays of a shader are kept. */
export interface Storages {
  readonly parameter: ElementStorage;
  readonly gradient: ElementStorage;
  /** Of arrays whose rows do not lie side by side. */
  readonly strided?: Readonly<Partial<Record<"parameter" | "gradient", Strided | undefined>>>;
  /** Those of states, by slot. Default: float32. */
  readonly states?: ReadonlyMap<string, Storage>;
}

/** Bindings of group 0, the same for all shaders but for those of whole matrices. */
export const bindings = {
  parameter: 0,
  gradient: 1,
  /** State and temporaries of a segment's tensors, float32. */
  state: 2,
  /** Where a shader's tensors are and what its workgroups work on. */
  table: 3,
  /** Host values, a row for each of the next updates. */
  ring: 4,
  /** Reductions, their parts, device values and state of one number a tensor, float32. */
  values: 5,
  status: 6,
  /** The rows that a step is for, or a mark for each row, where it is not for all. */
  rows: 7,
  /** Of operations on whole matrices, in its place: where they keep what means nothing behind them, float32. */
  scratch: 7,
  /** The first of several buffers of gradients: those behind it follow. Such a shader binds nothing that it does not read. */
  gradients: 8,
} as const;

/** Words of the status: each is changed by the device alone. */
export const status = {
  /** Not 0 once a gradient was not finite: nothing is stored then. */
  stopped: 0,
  /** Updates made. */
  updates: 1,
  /** Steps left out. */
  skipped: 2,
  length: 4,
} as const;

/** The first words of `values`: what belongs to a step and not to an update. */
export const stepInputs = { loss: 0, length: 1 } as const;

/** Words at the start of a table. */
export const header = {
  /** Number of workgroups that have something to do. Their records are right behind this header. */
  blocks: 0,
  /** First word of the tensors' records. */
  tensorRecords: 1,
  /** Words from one tensor's record to the next. */
  tensorStride: 2,
  /** Rows of the ring, and words of a row. */
  ringRows: 3,
  ringStride: 4,
  /** The first part of reduction 0 in `values`, and words from one reduction's parts to the next one's. */
  partials: 5,
  partialsStride: 6,
  length: 7,
} as const;

/**
 * Words of a block's record: what one workgroup works on. Where a shader reads several buffers of gradients, a workgroup has
 * a record for each of them, side by side: one of a tensor without elements where nothing is left in that buffer.
 */
export const blockRecord = {
  /** First word of its tensor's record. */
  tensor: 0,
  /**
   * The first element of a loop over elements, the row of a loop by rows, the first of its columns; of an operation on
   * matrices the first number of its block.
   */
  start: 1,
  /** Index of the block's part among those of a reduction; of an operation on matrices the second number. */
  partial: 2,
  length: 3,
} as const;

/** Words of a tensor's record, as one loop sees it. */
export const tensorRecord = {
  /** Number of elements to loop over. */
  length: 0,
  /** Rows and columns of what is looped over. */
  rows: 1,
  width: 2,
  /** First word in a row of the ring. */
  ring: 3,
  /** First word in `values`. */
  values: 4,
  /** Elements of the tensor that lie before those of this record, for draws. */
  before: 5,
  /**
   * Then, for each slot of the program, the position of the tensor's first element in its buffer, and for each
   * reduction its place in `values`. The scalars' shader has no slots.
   */
  slots: 6,
} as const;

/** Invocations of a workgroup. */
export const workgroupSize = 256;

/** Vectors that an invocation works on, one after the other. */
export const turns = 2;

/** Elements that a workgroup works on, for vectors of so many. */
export const blockElements = (lanes: number): number => workgroupSize * turns * lanes;

/** Words of a job of the shader that combines the parts of reductions. */
export const combineJob = { from: 0, count: 1, operator: 2, to: 3, length: 4 } as const;
