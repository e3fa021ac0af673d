/** Kills runs of the command, and collects their results. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Comparison } from "../../cli/src/report/comparison.ts";
import { readCheckpoint } from "../../src/checkpoint/index.ts";
import { type Ended, start } from "./running.ts";

/** A comparison without times and without the command line. */
export function timeless(path: string) {
  const { runs, date, seconds, timing, command, ...rest } = JSON.parse(
    readFileSync(path, "utf8"),
  ) as Comparison;
  return { ...rest, runs: runs.map(({ seconds: _, ...run }) => run) };
}

/** The results of a run of `gradus train`: parameters and state by name, and the report. */
export function outcomeOf(folder: string) {
  const { parameters, state } = readCheckpoint(join(folder, "weights.safetensors"));
  const arrays = (record: typeof parameters) =>
    Object.entries(record).map(([name, stored]) => [name, [...stored.read()]] as const);
  return {
    parameters: arrays(parameters),
    step: state!.step,
    state: Object.entries(state!.parameters).map(([name, slots]) => [name, arrays(slots)]),
    report: timeless(join(folder, "comparison.json")),
  };
}

/**
 * Starts a run, and resumes it whenever it was killed, until it ends by itself.
 * @param folder of the run: as long as it does not exist, there is nothing to resume
 */
export async function killRepeatedly(
  words: readonly string[],
  resume: readonly string[],
  cwd: string,
  folder: string,
  /** The milliseconds until the next kill; undefined: no more. */
  next: () => number | undefined,
): Promise<{ readonly kills: number; readonly ended: Ended }> {
  for (let kills = 0; ; kills++) {
    const begun = existsSync(join(cwd, folder, "run.json"));
    const running = start(begun ? resume : words, cwd);
    const delay = next();
    const first = await Promise.race([
      running.ended,
      delay === undefined ? running.ended : setTimeout(delay),
    ]);
    if (first !== undefined) return { kills, ended: await running.ended };
    running.process.kill("SIGKILL");
    const ended = await running.ended;
    // The kill may have come too late.
    if (ended.code !== null) return { kills, ended };
  }
}
