// Trains in several processes, and kills one of them again and again: the others end, and a different number of ranks resumes.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { createRandom } from "../../src/tasks/random.ts";
import { killRanks } from "../../tests/command/rankRuns.ts";
import { start as startRun } from "../../tests/command/running.ts";
import { outcomeOf } from "../../tests/command/runs.ts";
import { check, type Part, secondsSince } from "./part.ts";

const words = ["train", "fashion-mlp", "--steps", "400", "--checkpoint-every", "5"];
/** Makes a run the same, bit for bit, on all these numbers of ranks. */
const fixed = ["--micro-batches", "4"];

export const rankPart: Part = {
  name: "ranks",
  async run({ kills: wanted, seed }, tell) {
    const start = performance.now();
    const cwd = mkdtempSync(join(tmpdir(), "gradus-torture-"));
    const random = createRandom(seed);
    const { code, stderr } = await startRun([...words, ...fixed, "--folder", "whole"], cwd).ended;
    check(code === 0, stderr);
    const whole = outcomeOf(join(cwd, "whole"));
    let [kills, runs, slowest] = [0, 0, 0];
    for (; kills < wanted; runs++) {
      // Sometimes at once, so that starts are hit, too; and not for ever in one run.
      const next = (before: number) =>
        before < 10
          ? setTimeout((random.uniform() < 0.2 ? 800 : 5000) * random.uniform())
          : undefined;
      const name = `run-${runs}`;
      const killed = await killRanks([...words, ...fixed], cwd, name, random, next);
      kills += killed.kills;
      check(killed.orphans === 0, `${killed.orphans} processes were left`);
      slowest = Math.max(slowest, killed.slowest);
      const path = join(cwd, name);
      check(isDeepStrictEqual(outcomeOf(path), whole), `${path}, which stays, has another outcome`);
    }
    tell({
      what: "kills of one of 1, 2 or 4 ranks that train, and go on as another number of them",
      times: kills,
      figures: `no process was left, the last ended within ${(slowest / 1000).toFixed(1)} s; ${runs} runs to the end, with weights, state and losses of one process that nobody disturbs, bit for bit; ${secondsSince(start)}`,
    });
    // After a failure the folder stays, to be examined.
    rmSync(cwd, { recursive: true });
  },
};
