/** Runs several ranks, and kills one of them again and again. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Random } from "../../src/tasks/random.ts";
import { type Ended, type Running, start } from "./running.ts";

/** The processes that train in a folder, without the `mpirun` that started them. */
export function ranksIn(folder: string): number[] {
  const lines = execFileSync("ps", ["-A", "-ww", "-o", "pid=,args="], { encoding: "utf8" });
  return lines.split("\n").flatMap((line) => {
    const [, number, words] = /^\s*(\d+) (.*)$/.exec(line) ?? [];
    const isRank =
      words?.includes(` train `) && words.includes(folder) && !words.includes("--ranks");
    return isRank && !words!.includes("mpirun") ? [Number(number)] : [];
  });
}

export interface Killed {
  readonly kills: number;
  /** The most milliseconds from a kill until all processes had ended. */
  readonly slowest: number;
  /** Processes that still existed ten seconds after a kill. */
  readonly orphans: number;
  readonly ended: Ended;
}

/**
 * Trains in a folder, each time with another number of ranks, and kills one of them, until a run ends by itself.
 * @param next resolves when the next kill is due; undefined: no more
 */
export async function killRanks(
  words: readonly string[],
  cwd: string,
  folder: string,
  random: Random,
  next: (kills: number, running: Running) => Promise<void> | undefined,
): Promise<Killed> {
  const path = join(cwd, folder);
  let [slowest, orphans] = [0, 0];
  for (let kills = 0; ; ) {
    const ranks = [1, 2, 4][Math.floor(3 * random.uniform())]!;
    const begun = existsSync(join(path, "run.json"));
    const own = begun ? ["train", "--resume", path] : [...words, "--folder", path];
    const running = start([...own, "--ranks", `${ranks}`], cwd);
    const due = next(kills, running);
    await Promise.race([running.ended, ...(due === undefined ? [] : [due])]);
    const living = ranksIn(path);
    const chosen = living[Math.floor(living.length * random.uniform())];
    if (due === undefined || chosen === undefined) {
      const ended = await running.ended;
      if (ended.code === 0) return { kills, slowest, orphans, ended };
      continue;
    }
    try {
      process.kill(chosen, "SIGKILL");
      kills++;
    } catch {
      // It has just ended.
    }
    const from = performance.now();
    await running.ended;
    while (ranksIn(path).length > 0 && performance.now() - from < 10_000) await setTimeout(20);
    slowest = Math.max(slowest, performance.now() - from);
    orphans += ranksIn(path).length;
  }
}
