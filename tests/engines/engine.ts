/** An engine that answers the program's questions. */
export type Question = "trajectories" | "save" | "resume" | "threads";

export interface Engine {
  ask(question: Question, argument?: unknown): Promise<unknown>;
  close(): Promise<void>;
}
