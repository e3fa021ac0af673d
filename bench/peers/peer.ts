/** The interface through which a library takes part. */
import type { Contestant } from "../harness/interleave.ts";

export type ElementType = "float32" | "float64";
export type FloatArray = Float32Array | Float64Array;

/** The measured rules: `momentum` is PyTorch's SGD with momentum, `realistic` a chain (see `cases/`). */
export type RuleName =
  | "adam"
  | "adamw"
  | "realistic"
  | "sgd"
  | "momentum"
  | "lion"
  | "lamb"
  | "adafactor"
  | "muon";

/** The same for all contestants; each rule reads those that it has. */
export interface Hyper {
  readonly lr: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
  readonly weightDecay: number;
  readonly momentum: number;
  /** The norm of all gradients above which they are scaled down. */
  readonly maxNorm: number;
  /** The decay of the parameters' average. */
  readonly decay: number;
}

/** Parameters to update with given gradients. */
export interface UpdateProblem {
  readonly rule: RuleName;
  readonly hyper: Hyper;
  readonly type: ElementType;
  /** The shape of each tensor. */
  readonly shapes: readonly (readonly number[])[];
  /** The number of elements of all tensors. */
  readonly elements: number;
  /** Element j of all tensors, as if they were one array, starts as `start[j % start.length]`. */
  readonly start: FloatArray;
}

/** Updates parameters with the gradients that were set last. */
export interface UpdateContestant extends Contestant {
  /** From now on element j of all gradients, as if they were one array, is `tile[j % tile.length]`. */
  readonly setGradients: (tile: FloatArray) => void | Promise<void>;
  /** The largest distance of a parameter j from `expected[j % expected.length]`. */
  readonly distance: (expected: Float64Array) => number | Promise<number>;
  /** `count` evenly spread parameters. */
  readonly sample: (count: number) => readonly number[] | Promise<readonly number[]>;
}

/** A classifier of fully connected layers with ReLU between them. */
export interface TrainingProblem {
  readonly hyper: Hyper;
  /** Inputs, hidden units, classes. */
  readonly sizes: readonly number[];
  readonly batch: number;
  /** A layer's weights are [inputs, outputs], row-major. */
  readonly weights: readonly Float32Array[];
  readonly biases: readonly Float32Array[];
  /** Used in turn: step k uses batch k modulo their number. */
  readonly batches: readonly { readonly inputs: Float32Array; readonly labels: Uint8Array }[];
}

/** A step consists of forward, mean cross-entropy, backward and Adam on one batch. */
export interface TrainingContestant extends Contestant {
  /** The loss of the last step, before its update. */
  readonly loss: () => number | Promise<number>;
}

/**
 * A classifier of stages (a convolution, ReLU and max pooling) with fully connected layers after them. `sizes[0]` is the number
 * of outputs of the last stage for an image, [rows, columns, channels].
 */
export interface ConvolutionProblem extends TrainingProblem {
  /** Rows, columns and channels of the inputs, which are [batch, rows, columns, channels]. */
  readonly image: readonly [number, number, number];
  readonly stages: readonly {
    /** The number of filters, and the rows, columns and channels of each. */
    readonly shape: readonly [number, number, number, number];
    readonly filters: Float32Array;
    readonly bias: Float32Array;
    /** Rows, columns and channels of the stage's output. */
    readonly output: readonly [number, number, number];
  }[];
  /** Zeros at each edge, so that a convolution keeps the size. */
  readonly padding: number;
  /** The rows and columns of a pooling window, and its stride. */
  readonly window: number;
  readonly stride: number;
}

/** C = A B with square matrices, row-major. */
export interface ProductProblem {
  readonly size: number;
  readonly a: Float32Array;
  readonly b: Float32Array;
}

/** A step is one product. */
export interface ProductContestant extends Contestant {
  /** `count` evenly spread elements of the product. */
  readonly sample: (count: number) => readonly number[] | Promise<readonly number[]>;
}

/** A parameter with so many rows; its state follows a list of the rows' old places. */
export interface RemapProblem {
  readonly rows: number;
  /** The number of float32 elements in a row. */
  readonly width: number;
  readonly list: Int32Array;
}

/** A step moves both states of Adam by the list. */
export interface RemapContestant extends Contestant {
  /**
   * `count` evenly spread elements of a state in which element i was i modulo 2^20 before a step; empty for a contestant that
   * does
   * not move rows.
   */
  readonly sample: (count: number) => readonly number[] | Promise<readonly number[]>;
}

export type Make<C> = () => C | Promise<C>;

/** Creates contestants, by name: one for each way to use the library. */
export type Ways<C> = Readonly<Record<string, Make<C>>>;

/** A loaded library. It has no ways for problems that it does not support. */
export interface Peer {
  /** A version such as `4.22.0`. */
  readonly version: string;
  readonly updates?: (problem: UpdateProblem) => Ways<UpdateContestant>;
  /** Its own optimizer, and Gradus in place of it, on the library's own arrays. */
  readonly adapters?: (problem: UpdateProblem) => Ways<UpdateContestant>;
  /** Updates whose parameters, gradients and new parameters are arrays of jax-js. */
  readonly jaxJsUpdates?: (problem: UpdateProblem) => Ways<UpdateContestant>;
  readonly trainings?: (problem: TrainingProblem) => Ways<TrainingContestant>;
  readonly convolutions?: (problem: ConvolutionProblem) => Ways<TrainingContestant>;
  readonly remaps?: (problem: RemapProblem) => Ways<RemapContestant>;
  readonly products?: (problem: ProductProblem) => Ways<ProductContestant>;
  /** Frees all contestants, if the process serves several cases. */
  readonly clear?: () => void | Promise<void>;
  readonly dispose?: () => void;
}

export interface PeerSource {
  /** A name such as `PyTorch, 2 threads`. */
  readonly name: string;
  /** The library's column in the overview, such as `PyTorch`. */
  readonly library: string;
  readonly threads: number;
  /** Whether its process may serve several cases, because it starts slowly and frees its memory. */
  readonly stays?: boolean;
  /** The Node to run it in, if not this one: undefined if that is not installed. */
  readonly executable?: () => string | undefined;
  /** Rejects with the reason if the library is not installed. */
  readonly load: () => Promise<Peer>;
}

/** What contestants add to their names for a given number of threads. */
export const onThreads = (threads: number): string => (threads === 1 ? "" : `, ${threads} threads`);

/** Imports a package that need not be installed; the caller gives the type of the part that it uses. */
export async function importPackage<T>(name: string): Promise<T> {
  try {
    return (await import(name)) as T;
  } catch (error) {
    const { code } = error as { code?: unknown };
    throw code === "ERR_MODULE_NOT_FOUND" ? new Error(`${name} is not installed`) : error;
  }
}

/** @throws {Error} if the problem has more elements than the peer supports */
export function refuseAbove(limit: number, { elements }: UpdateProblem): void {
  if (elements > limit) {
    throw new Error(`takes part up to ${Number((limit / 1e6).toPrecision(2))}M elements`);
  }
}
