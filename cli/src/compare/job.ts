/** What threads exchange: plain data only. */
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
  /** Whether it is made to choose a learning rate, and not to be compared. */
  readonly sweep: boolean;
}

/** A run that was made. */
export interface Outcome {
  readonly job: Job;
  readonly curves: Curves;
  /** Numbers that were trained. */
  readonly parameters: number;
}

/** What all the runs of a comparison share. */
export interface Setup {
  readonly task: TaskSource;
  /** A folder of data in place of the task's own. */
  readonly data: string | undefined;
  readonly steps: number;
  readonly batch: number;
  /** Micro-batches of a minibatch, where their number does not follow from that of ranks. */
  readonly microBatches?: number | undefined;
  readonly settings: Readonly<Record<string, unknown>>;
  /** How parameters are kept, where not as the task makes them. */
  readonly kept?: Kept | undefined;
}

/** To a worker: a run to make, or runs of which it is to say whether they can be set up. */
export type WorkerTask =
  | { readonly kind: "run"; readonly job: Job }
  | { readonly kind: "check"; readonly jobs: readonly Job[] };

/** From a worker; it asks for a task when it is ready and after each that it finished. */
export type WorkerMessage =
  | { readonly kind: "ready" }
  | { readonly kind: "checked" }
  | { readonly kind: "progress"; readonly step: number; readonly loss: number }
  | { readonly kind: "done"; readonly outcome: Outcome }
  | { readonly kind: "failed"; readonly error: PlainError };

/** An error as plain data: its class would be lost on the way between threads. */
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
