// Runs the built command, and closes its outputs or asks it to end at random moments: it saves, and its results are those of
// uninterrupted runs.
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { exitCodeOfSignal } from "../../cli/src/stopping.ts";
import { createRandom, type Random } from "../../src/tasks/random.ts";
import { type Running, start as startRun } from "../../tests/command/running.ts";
import { outcomeOf } from "../../tests/command/runs.ts";
import { check, type Part, secondsSince } from "./part.ts";
import { cases, wordsOf } from "./runs.ts";

/** The disturbances of a run: streams that are closed, or a signal. */
const meetings: readonly (readonly ("stdout" | "stderr")[] | "SIGINT" | "SIGTERM" | "SIGHUP")[] = [
  ...([["stderr"], ["stdout", "stderr"], "SIGINT", "SIGTERM", "SIGHUP"] as const),
];

interface Counts {
  closed: number;
  saved: number;
  /** The number of signals before the first step. */
  early: number;
}

/** Disturbs a run, and waits for its end. @returns whether there is more to do */
async function meet(
  running: Running,
  folder: string,
  meeting: (typeof meetings)[number],
  counts: Counts,
): Promise<boolean> {
  if (typeof meeting !== "string") {
    for (const name of meeting) running.process[name]!.destroy();
    counts.closed++;
  } else running.process.kill(meeting);
  const { code, stderr } = await running.ended;
  if (code === 0) return false;
  check(typeof meeting === "string", `it ended with ${code} where nobody read it`);
  if (code === null) {
    counts.early++;
    return true;
  }
  check(code === exitCodeOfSignal(meeting as NodeJS.Signals), `${meeting}: ${code}: ${stderr}`);
  check(readdirSync(join(folder, "checkpoints")).length > 0, `${meeting}: nothing was saved`);
  counts.saved++;
  return true;
}

/** Disturbs a run again and again until it ends by itself. */
async function makeRun(
  name: string,
  words: readonly string[],
  cwd: string,
  random: Random,
  counts: Counts,
): Promise<void> {
  const folder = join(cwd, name);
  for (let more = true; more; ) {
    const begun = existsSync(join(folder, "run.json"));
    const running = startRun(begun ? ["train", "--resume", name] : words, cwd);
    const ended = await Promise.race([running.ended, setTimeout(2500 * random.uniform())]);
    if (ended !== undefined) {
      check(ended.code === 0, ended.stderr);
      return;
    }
    more = await meet(running, folder, meetings[random.integer(meetings.length)]!, counts);
  }
}

export const endingPart: Part = {
  name: "endings",
  async run({ kills: wanted, seed }, tell) {
    const start = performance.now();
    const cwd = mkdtempSync(join(tmpdir(), "gradus-torture-"));
    const random = createRandom(seed, 2);
    const counts: Counts = { closed: 0, saved: 0, early: 0 };
    const wholes = new Map<string, ReturnType<typeof outcomeOf>>();
    const met = () => counts.closed + counts.saved + counts.early;
    let runs = 0;
    for (; met() < wanted / 2; runs++) {
      const words = wordsOf(cases[runs % cases.length]!);
      const key = `whole-${runs % cases.length}`;
      if (!wholes.has(key)) {
        const { code, stderr } = await startRun(words(key), cwd).ended;
        check(code === 0, stderr);
        wholes.set(key, outcomeOf(join(cwd, key)));
      }
      const name = `met-${runs}`;
      await makeRun(name, words(name), cwd, random, counts);
      const same = isDeepStrictEqual(outcomeOf(join(cwd, name)), wholes.get(key));
      check(same, `${name} came to something else (seed ${seed})`);
      rmSync(join(cwd, name), { recursive: true });
    }
    rmSync(cwd, { recursive: true });
    tell({
      what: "`gradus train` with its output closed, or ended by SIGINT, SIGTERM or SIGHUP, at any moment, and then `--resume`",
      times: met(),
      figures: `${counts.closed} times it continued to its end without a reader, ${counts.saved} times it saved a checkpoint and exited with the code of the signal, ${counts.early} signals came before its first step; ${runs} runs of ${cases.length} kinds ended with the weights, state and report of uninterrupted runs, bit for bit; ${secondsSince(start)}`,
    });
  },
};
