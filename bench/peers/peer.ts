/** What a library has to offer to take part. */
import type { Contestant } from "../harness/interleave.ts";

/** The same for everybody. */
export interface AdamHyper {
  readonly lr: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
}

/** Parameters to update with Adam. */
export interface AdamProblem {
  readonly hyper: AdamHyper;
  /** Where each tensor starts: contestants copy them. */
  readonly parameters: readonly Float32Array[];
}

/** Updates parameters by the gradients that it was given last. */
export interface AdamContestant extends Contestant {
  readonly setGradients: (gradients: readonly Float32Array[]) => void | Promise<void>;
  readonly read: () => readonly Float32Array[] | Promise<readonly Float32Array[]>;
}

/** A classifier of fully connected layers with ReLU between them. */
export interface MlpProblem {
  readonly hyper: AdamHyper;
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
export interface MlpContestant extends Contestant {
  /** The loss of the last step, before its update. */
  readonly loss: () => number | Promise<number>;
}

type Make<P, C> = (problem: P) => C | Promise<C>;

/** A library that is there, with one entry for each way to use it. */
export interface Peer {
  /** Its version, such as `4.22.0`. */
  readonly version: string;
  readonly adam: Readonly<Record<string, Make<AdamProblem, AdamContestant>>>;
  readonly mlp: Readonly<Record<string, Make<MlpProblem, MlpContestant>>>;
  readonly dispose?: () => void;
}

export interface PeerSource {
  readonly name: string;
  /** Rejects with the reason where the library is not there. */
  readonly load: () => Promise<Peer>;
}

/** Imports a package that need not be installed; the caller states the part of it that it uses. */
export async function importPackage<T>(name: string): Promise<T> {
  try {
    return (await import(name)) as T;
  } catch (error) {
    const { code } = error as { code?: unknown };
    throw code === "ERR_MODULE_NOT_FOUND" ? new Error(`${name} is not installed`) : error;
  }
}
