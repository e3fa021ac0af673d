/** Messages between threads: plain data only. */
import { messageOf } from "../errors.ts";
import type { RuleSpecification } from "../specification.ts";
import type { Kept } from "./kept.ts";
import type { TaskSource } from "./task-source.ts";
import type { Curves } from "./train.ts";

/** One training run to make: an optimizer, a learning rate, a seed. */
export interface Job {
  readonly rule: RuleSpecification;
  readonly lr: number;
  readonly seed: number;
  /** Whether the run serves to choose a learning rate, and is not compared. */
  readonly sweep: boolean;
}

/** A finished run. */
export interface Outcome {
  readonly job: Job;
  readonly curves: Curves;
  /** The number of trained numbers. */
  readonly parameters: number;
}

/** What all the runs of a comparison share. */
export interface Setup {
  readonly task: TaskSource;
  /** A data folder that replaces the task's own data. */
  readonly data: string | undefined;
  readonly steps: number;
  readonly batch: number;
  /** The number of micro-batches of a minibatch. Default: one for each rank. */
  readonly microBatches?: number | undefined;
  readonly settings: Readonly<Record<string, unknown>>;
  /** The type of the parameters, if it is not the task's own. */
  readonly kept?: Kept | undefined;
}

/** A message to a worker: a run to make, or runs to set up as a check. */
export type WorkerTask =
  | { readonly kind: "run"; readonly job: Job }
  | { readonly kind: "check"; readonly jobs: readonly Job[] };

/** A message from a worker. It asks for a task when it is ready, and after each finished one. */
export type WorkerMessage =
  | { readonly kind: "ready" }
  | { readonly kind: "checked" }
  | { readonly kind: "progress"; readonly step: number; readonly loss: number }
  | { readonly kind: "done"; readonly outcome: Outcome }
  | { readonly kind: "failed"; readonly error: PlainError };

/** An error as plain data, because messages between threads lose its class. */
export interface PlainError {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
}

export function toPlainError(error: unknown): PlainError {
  const [name, stack] = error instanceof Error ? [error.name, error.stack ?? ""] : ["Error", ""];
  return { name, message: messageOf(error), stack };
}

export function fromPlainError({ name, message, stack }: PlainError): Error {
  return Object.assign(new Error(message), { name, stack });
}
