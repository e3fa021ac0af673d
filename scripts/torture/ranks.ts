// Trainings by several processes, one of which is killed again and again: the others end, and another number of ranks goes on.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Comparison } from "../../cli/src/report/comparison.ts";
import { createRandom } from "../../src/tasks/random.ts";
import { killRanks } from "../../tests/command/rankRuns.ts";
import { start as startRun } from "../../tests/command/running.ts";
import { check, type Part, secondsSince } from "./part.ts";

const words = ["train", "fashion-mlp", "--steps", "400", "--checkpoint-every", "5"];

/** Gradients of parts are added in another order than those of the whole. */
const allowed = 1e-5;

const lossesOf = (folder: string): readonly number[] =>
  (JSON.parse(readFileSync(join(folder, "comparison.json"), "utf8")) as Comparison).runs[0]!.loss;

export const rankPart: Part = {
  name: "ranks",
  async run({ kills: wanted, seed }, tell) {
    const start = performance.now();
    const cwd = mkdtempSync(join(tmpdir(), "gradus-torture-"));
    const random = createRandom(seed);
    const { code, stderr } = await startRun([...words, "--folder", "whole"], cwd).ended;
    check(code === 0, stderr);
    const whole = lossesOf(join(cwd, "whole"));
    let [kills, runs, slowest, off] = [0, 0, 0, 0];
    for (; kills < wanted; runs++) {
      // Now and then at once, so that starts are hit as well; and not for ever in one run.
      const next = (before: number) =>
        before < 10
          ? setTimeout((random.uniform() < 0.2 ? 800 : 5000) * random.uniform())
          : undefined;
      const name = `run-${runs}`;
      const killed = await killRanks(words, cwd, name, random, next);
      kills += killed.kills;
      check(killed.orphans === 0, `${killed.orphans} processes were left`);
      slowest = Math.max(slowest, killed.slowest);
      const losses = lossesOf(join(cwd, name));
      check(losses.length === whole.length, `${name} has ${losses.length} losses`);
      const each = losses.map((loss, i) => Math.abs(loss / whole[i]! - 1));
      off = Math.max(off, ...each);
      const first = each.findIndex((share) => share > allowed);
      check(first < 0, `loss ${first} of ${join(cwd, name)}, which stays, is off by ${off}`);
    }
    tell({
      what: "kills of one of 1, 2 or 4 ranks that train, and go on as another number of them",
      times: kills,
      figures: `no process was left, the last ended within ${(slowest / 1000).toFixed(1)} s; ${runs} runs to the end, losses within ${off.toExponential(0)} of one process that nobody disturbs; ${secondsSince(start)}`,
    });
    // Where something is wrong it stays, and is looked at.
    rmSync(cwd, { recursive: true });
  },
};
