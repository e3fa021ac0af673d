// Trainings by several processes, one of which is killed again and again: the others end, and another number of ranks goes on.
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
/** So that a run is the same, bit for bit, on all these numbers of ranks. */
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
      // Now and then at once, so that starts are hit as well; and not for ever in one run.
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
    // Where something is wrong it stays, and is looked at.
    rmSync(cwd, { recursive: true });
  },
};
