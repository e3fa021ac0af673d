/** An engine that answers the program's questions. */
import { spawnSync } from "node:child_process";

export type Question = "trajectories" | "save" | "resume" | "threads";

export interface Engine {
  /** With its version. */
  readonly name: string;
  ask(question: Question, argument?: unknown): Promise<unknown>;
  close(): Promise<void>;
}

export function versionOf(command: string): string {
  const { stdout } = spawnSync(command, ["--version"], { encoding: "utf8" });
  return /\d+(?:\.\d+)+/.exec(stdout ?? "")?.[0] ?? "of unknown version";
}
