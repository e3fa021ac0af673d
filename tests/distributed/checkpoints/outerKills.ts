/** Trains with `outer` under MPI, and kills one rank while all save. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { entriesOf } from "../../../src/checkpoint/rotation.ts";
import type { Random } from "../../../src/tasks/random.ts";
import { type Implementation, startRanks } from "../mpirun.ts";

/** The final report of a rank. */
export interface Ending {
  /** The number of calls of `step` in the checkpoint from which it last resumed. */
  readonly from: number;
  readonly steps: number;
  readonly outerSteps: number;
  /** Checksums of its weights. */
  readonly sums: readonly number[];
  /** The checksums of all arrays that ranks share. */
  readonly shared: readonly number[];
}

export interface Outcome {
  /** How many kills interrupted the writing of a file. */
  readonly whileSaving: number;
  /** One for each rank of the last start. */
  readonly endings: readonly Ending[];
  /** The files in the folder. */
  readonly names: readonly string[];
}

const isTemporary = (name: string) => name.endsWith(".tmp");

/** The number of the last checkpoint that exists or is being written. */
function reached(folder: string): number {
  const names = readdirSync(folder);
  return (entriesOf(names).at(-1)?.number ?? 0) + Number(names.some(isTemporary));
}

/** Resolves when so many more are being written, or `ended` is set. @returns whether they are */
async function saved(folder: string, count: number, state: { ended: boolean }): Promise<boolean> {
  const last = reached(folder) + count;
  while (!state.ended) {
    if (reached(folder) >= last) return true;
    await setTimeout(2);
  }
  return false;
}

/**
 * Trains in a folder, and kills one rank while one of the first files of each start is written. Then it resumes; after the last
 * kill, it
 * runs to the end.
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
