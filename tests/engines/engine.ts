/** An engine that answers the program's questions. */
import type { questions } from "./program.ts";

export type Question = keyof typeof questions;

/** Where in an engine it is asked. */
export interface Place {
  /** In so many workers, each made by the one before. Default 0: on the page or in the process itself. */
  readonly workers?: number;
  /** On a page that is not isolated from others. */
  readonly plain?: boolean;
}

/** What is told to the program. */
export interface Asked {
  readonly question: Question;
  readonly argument: unknown;
  readonly workers: number;
}

export interface Engine {
  ask(question: Question, argument?: unknown, place?: Place): Promise<unknown>;
  close(): Promise<void>;
}
