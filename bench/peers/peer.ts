/** What a library has to offer to take part. */
import type { Contestant } from "../harness/interleave.ts";

export type ElementType = "float32" | "float64";
export type FloatArray = Float32Array | Float64Array;

/** What is measured: `momentum` is PyTorch's SGD with momentum, `realistic` a chain (see `cases/`). */
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

/** The same for everybody; each rule reads what it has. */
export interface Hyper {
  readonly lr: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
  readonly weightDecay: number;
  readonly momentum: number;
  /** Of all gradients together, above which they are scaled down. */
  readonly maxNorm: number;
  /** Of the average of the parameters. */
  readonly decay: number;
}

/** Parameters to update by given gradients. */
export interface UpdateProblem {
  readonly rule: RuleName;
  readonly hyper: Hyper;
  readonly type: ElementType;
  /** Of each tensor. */
  readonly shapes: readonly (readonly number[])[];
  /** Of all tensors together. */
  readonly elements: number;
  /** Element j of all tensors, one behind the other, starts as `start[j % start.length]`. */
  readonly start: FloatArray;
}

/** Updates parameters by the gradients that it was given last. */
export interface UpdateContestant extends Contestant {
  /** Element j of all gradients, one behind the other, is `tile[j % tile.length]` from now on. */
  readonly setGradients: (tile: FloatArray) => void | Promise<void>;
  /** How far a parameter j is from `expected[j % expected.length]`, at most. */
  readonly distance: (expected: Float64Array) => number | Promise<number>;
  /** `count` of the parameters, evenly spread. */
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
  /** Taken in turn: step k has batch k modulo their number. */
  readonly batches: readonly { readonly inputs: Float32Array; readonly labels: Uint8Array }[];
}

/** A step is forward, mean cross-entropy, backward and Adam on one batch. */
export interface TrainingContestant extends Contestant {
  /** The loss of the last step, before its update. */
  readonly loss: () => number | Promise<number>;
}

/**
 * A classifier of stages, which are a convolution, ReLU and max pooling, with fully connected layers
 * behind them: `sizes[0]` is what the last stage leaves of an image, [rows, columns, channels].
 */
export interface ConvolutionProblem extends TrainingProblem {
  /** Rows, columns and channels of the inputs, which are [batch, rows, columns, channels]. */
  readonly image: readonly [number, number, number];
  readonly stages: readonly {
    /** Filters, rows, columns and channels of the stage's filters. */
    readonly shape: readonly [number, number, number, number];
    readonly filters: Float32Array;
    readonly bias: Float32Array;
    /** Rows, columns and channels that the stage leaves. */
    readonly output: readonly [number, number, number];
  }[];
  /** Zeros at each edge, so that a convolution keeps the size. */
  readonly padding: number;
  /** Rows and columns of a window of the pooling, and how far apart windows are. */
  readonly window: number;
  readonly stride: number;
}

/** C = A B of square matrices, row-major. */
export interface ProductProblem {
  readonly size: number;
  readonly a: Float32Array;
  readonly b: Float32Array;
}

/** A step is one product. */
export interface ProductContestant extends Contestant {
  /** `count` elements of the product, evenly spread. */
  readonly sample: (count: number) => readonly number[] | Promise<readonly number[]>;
}

/** A parameter of so many rows, whose state follows a list of where its rows were. */
export interface RemapProblem {
  readonly rows: number;
  /** Float32 of a row. */
  readonly width: number;
  readonly list: Int32Array;
}

/** A step moves both states of Adam by the list. */
export interface RemapContestant extends Contestant {
  /** `count` elements of a state whose element i was i modulo 2^20 before a step, evenly spread; none of what moves no rows. */
  readonly sample: (count: number) => readonly number[] | Promise<readonly number[]>;
}

export type Make<C> = () => C | Promise<C>;

/** By a contestant's name, what makes it: one for each way to use the library. */
export type Ways<C> = Readonly<Record<string, Make<C>>>;

/** A library that is there. What it does not offer has no ways. */
export interface Peer {
  /** Its version, such as `4.22.0`. */
  readonly version: string;
  readonly updates?: (problem: UpdateProblem) => Ways<UpdateContestant>;
  /** Its own optimizer, and Gradus in its place, on its own arrays. */
  readonly adapters?: (problem: UpdateProblem) => Ways<UpdateContestant>;
  /** Of parameters and gradients that are arrays of jax-js, where the new parameters are such arrays, too. */
  readonly jaxJsUpdates?: (problem: UpdateProblem) => Ways<UpdateContestant>;
  readonly trainings?: (problem: TrainingProblem) => Ways<TrainingContestant>;
  readonly convolutions?: (problem: ConvolutionProblem) => Ways<TrainingContestant>;
  readonly remaps?: (problem: RemapProblem) => Ways<RemapContestant>;
  readonly products?: (problem: ProductProblem) => Ways<ProductContestant>;
  /** Frees all contestants, where the process serves several cases. */
  readonly clear?: () => void | Promise<void>;
  readonly dispose?: () => void;
}

export interface PeerSource {
  /** Such as `PyTorch, 2 threads`. */
  readonly name: string;
  /** Such as `PyTorch`: its column in the overview. */
  readonly library: string;
  readonly threads: number;
  /** Whether its process may serve case after case, because it starts slowly and frees what it had. */
  readonly stays?: boolean;
  /** The Node to run it in, if not this one: undefined where that is not installed. */
  readonly executable?: () => string | undefined;
  /** Rejects with the reason where the library is not there. */
  readonly load: () => Promise<Peer>;
}

/** What contestants with a given number of threads add to their names. */
export const onThreads = (threads: number): string => (threads === 1 ? "" : `, ${threads} threads`);

/** Imports a package that need not be installed; the caller states the part of it that it uses. */
export async function importPackage<T>(name: string): Promise<T> {
  try {
    return (await import(name)) as T;
  } catch (error) {
    const { code } = error as { code?: unknown };
    throw code === "ERR_MODULE_NOT_FOUND" ? new Error(`${name} is not installed`) : error;
  }
}

/** @throws {Error} for problems with more elements than a peer is asked to take */
export function refuseAbove(limit: number, { elements }: UpdateProblem): void {
  if (elements > limit) {
    throw new Error(`takes part up to ${Number((limit / 1e6).toPrecision(2))}M elements`);
  }
}
