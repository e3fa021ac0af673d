/** The interface of an engine that answers the program's questions. */
import type { questions } from "./program.ts";

export type Question = keyof typeof questions;

/** The place within an engine. */
export interface Place {
  /** The depth of nested workers. Default 0: on the page or in the process itself. */
  readonly workers?: number;
  /** Whether the page is not cross-origin isolated. */
  readonly plain?: boolean;
}

/** A message to the program. */
export interface Asked {
  readonly question: Question;
  readonly argument: unknown;
  readonly workers: number;
}

export interface Engine {
  ask(question: Question, argument?: unknown, place?: Place): Promise<unknown>;
  close(): Promise<void>;
}
