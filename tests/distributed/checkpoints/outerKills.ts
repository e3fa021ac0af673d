/** Trainings with `outer` under MPI, one rank of which is killed while they save. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { entriesOf } from "../../../src/checkpoint/rotation.ts";
import type { Random } from "../../../src/tasks/random.ts";
import { type Implementation, startRanks } from "../mpirun.ts";

/** What a rank says in the end. */
export interface Ending {
  /** Calls of `step` that the checkpoint had seen from which it went on last. */
  readonly from: number;
  readonly steps: number;
  readonly outerSteps: number;
  /** Checksums of its weights. */
  readonly sums: readonly number[];
  /** Those of all arrays that ranks share. */
  readonly shared: readonly number[];
}

export interface Outcome {
  /** How many kills have hit a file that was not whole yet. */
  readonly whileSaving: number;
  /** Of each rank of the last start. */
  readonly endings: readonly Ending[];
  /** What is in the folder. */
  readonly names: readonly string[];
}

const isTemporary = (name: string) => name.endsWith(".tmp");

/** The last checkpoint that is there, or has begun to be written. */
function reached(folder: string): number {
  const names = readdirSync(folder);
  return (entriesOf(names).at(-1)?.number ?? 0) + Number(names.some(isTemporary));
}

/** Resolves when so many more have begun to be written; before `ended` is set. @returns whether they have */
async function saved(folder: string, count: number, state: { ended: boolean }): Promise<boolean> {
  const last = reached(folder) + count;
  while (!state.ended) {
    if (reached(folder) >= last) return true;
    await setTimeout(2);
  }
  return false;
}

/**
 * Trains in a folder, kills one rank while the first few files of each start are written, and goes on; behind the last kill to the end.
 * @param script the bundled program
 * @param ranksOf the number of ranks of each start
 */
export async function killWhileSaving(
  implementation: Implementation,
  script: string,
  folder: string,
  ranksOf: (start: number) => number,
  kills: number,
  random: Random,
): Promise<Outcome> {
  const path = mkdtempSync(join(folder, "killed-"));
  const checkpoints = join(path, "run");
  mkdirSync(checkpoints);
  let [killed, whileSaving] = [0, 0];
  for (let start = 0; ; start++) {
    const ranks = ranksOf(start);
    const isLast = killed >= kills;
    const count = 1 + random.integer(3);
    const words = [path, "large", ...(isLast ? [] : [`${count + 1}`])];
    const running = startRanks(implementation, ranks, [
      process.execPath,
      script,
      "train",
      ...words,
    ]);
    const state = { ended: false };
    void running.ended.then(() => Object.assign(state, { ended: true }));
    if (!isLast && (await saved(checkpoints, count, state))) {
      const chosen = readFileSync(join(path, `${ranks}.${random.integer(ranks)}.pid`), "utf8");
      whileSaving += Number(readdirSync(checkpoints).some(isTemporary));
      process.kill(Number(chosen), "SIGKILL");
      killed++;
    }
    const { code, output } = await running.ended;
    if (isLast) {
      if (code !== 0) throw new Error(output);
      const said = (rank: number) =>
        readFileSync(join(path, `train.${ranks}.${rank}.json`), "utf8");
      const endings = Array.from({ length: ranks }, (_, rank) => JSON.parse(said(rank)) as Ending);
      return { whileSaving, endings, names: readdirSync(checkpoints).sort() };
    }
    if (code === 0 || killed <= start) throw new Error(`it has ended by itself: ${output}`);
  }
}
