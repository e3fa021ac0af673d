/** What a tape is made with. */
import type { Memory } from "../runtime/memory/memory.ts";
import { check } from "./errors.ts";
import { type Kernels, kernelsFor } from "./kernels/index.ts";
import { checkOptions, printValue } from "./options.ts";
import { createMatrixProduct, type MatrixProduct } from "./products/matrixProduct.ts";
import type { RunRanges } from "./products/ranges.ts";
import type { FloatArray } from "./tensor.ts";

/** What tensors are in, and what computes with them: the default, float32, or `float64`. */
export interface Numbers<A extends FloatArray = FloatArray> {
  /** The type of all elements. */
  readonly type: A extends Float64Array ? "float64" : "float32";
  /** The loops that run on a memory. */
  kernelsFor(memory: Memory): Kernels;
  /** What multiplies matrices on a memory, with ranges of the work shared by `runRanges`. */
  createMatrixProduct(memory: Memory, runRanges: RunRanges): MatrixProduct;
}

const float32: Numbers<Float32Array> = { type: "float32", kernelsFor, createMatrixProduct };

/** Options of {@link createTape}. */
export interface TapeOptions<A extends FloatArray = Float32Array> {
  /** An integer, of which the lowest 32 bits count, that all dropout masks depend on; by default 0. */
  readonly seed?: number;
  /**
   * The threads that share large products and convolutions, as for `optimize`: by default as many as may share the
   * optimizer's loops. The results are the same bits, whatever their number.
   */
  readonly threads?: number | "auto";
  /** `float64` for parameters in float64; by default they are in float32, or in 16 bits. */
  readonly numbers?: Numbers<A>;
}

/** Throws where an option is none. @param most the threads that may share the optimizer's loops */
export function readTapeOptions<A extends FloatArray>(
  options: TapeOptions<A>,
  most: number | undefined,
) {
  checkOptions("createTape", options, ["seed", "threads", "numbers"]);
  const { seed = 0, threads = most ?? "auto", numbers = float32 as Numbers } = options;
  check(Number.isSafeInteger(seed), () => {
    return `createTape: expected an integer seed, found ${printValue(seed)}`;
  });
  check(threads === "auto" || (Number.isSafeInteger(threads) && threads > 0), () => {
    return `createTape: expected threads to be "auto" or a whole number, 1 or more, found ${printValue(threads)}`;
  });
  check(numbers?.kernelsFor !== undefined, () => {
    return `createTape: expected numbers float64 or none, found ${printValue(numbers)}`;
  });
  return { seed, threads, numbers };
}
