/** One training by several processes: the same losses on any number, and it goes on from any end on any other. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Comparison } from "../../cli/src/report/comparison.ts";
import { createRandom } from "../../src/tasks/index.ts";
import { gradus, once, start, temporaryFolder } from "./gradus.ts";
import { killRanks } from "./rankRuns.ts";
import { outcomeOf } from "./runs.ts";

const words = ["train", "fashion-mlp", "--steps", "60", "--checkpoint-every", "10"];

const lossesOf = (folder: string): readonly number[] =>
  (JSON.parse(readFileSync(join(folder, "comparison.json"), "utf8")) as Comparison).runs[0]!.loss;

/** What one process makes of it. */
const alone = once(async () => {
  const cwd = temporaryFolder();
  await gradus([...words, "--folder", "alone"], cwd);
  return lossesOf(join(cwd, "alone"));
});

describe("gradus train, by several ranks", () => {
  it.each([
    ["2", []],
    ["4", ["--shard-state"]],
  ])("has the losses of one process on %s", async (ranks, more) => {
    const expected = await alone();
    const cwd = temporaryFolder();
    const call = [...words, "--folder", "many", "--ranks", ranks, ...more];
    const { code, stdout, stderr } = await gradus(call, cwd);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(new RegExp(`^${ranks} ranks by Open MPI .* ms a step, \\d+ % of it`));
    const losses = lossesOf(join(cwd, "many"));
    expect(losses.length).toBe(expected.length);
    // Gradients of parts are added in another order than those of the whole.
    for (const [i, loss] of losses.entries()) expect(loss / expected[i]! - 1).toBeCloseTo(0, 4);
    // One report, and one voice.
    expect(stdout.match(/Report: /g)).toHaveLength(1);
  });

  it("ends where one is killed, and goes on with another number of ranks", async () => {
    const expected = await alone();
    const cwd = temporaryFolder();
    const random = createRandom(3);
    const next = (kills: number) => (kills < 3 ? 1500 + 1500 * random.uniform() : undefined);
    const { ended, orphans } = await killRanks(words, cwd, "killed", random, next);
    expect(ended.code, ended.stderr).toBe(0);
    expect(orphans).toBe(0);
    expect(outcomeOf(join(cwd, "killed")).step).toBe(60);
    const losses = lossesOf(join(cwd, "killed"));
    for (const [i, loss] of losses.entries()) expect(loss / expected[i]! - 1).toBeCloseTo(0, 4);
  });

  it("saves when it is asked to end, ends with the code of the signal, and goes on with other ranks", async () => {
    const cwd = temporaryFolder();
    const call = ["train", "fashion-mlp", "--steps", "1200", "--folder", "stopped"];
    const running = start([...call, "--ranks", "2"], cwd);
    await running.said("Step 120 of 1200: saved.");
    running.process.kill("SIGTERM");
    const { code, stderr } = await running.ended;
    expect(code).toBe(143);
    const [, step] = /Stopped after step (\d+)\. To go on: /.exec(stderr) ?? [];
    expect(Number(step), stderr).toBeGreaterThanOrEqual(120);
    expect(stderr).not.toContain("ends the run");
    const again = await gradus(["train", "--resume", "stopped", "--ranks", "4"], cwd);
    expect(again.stderr).toContain(`Going on after step ${step}.`);
    expect(again.code).toBe(0);
  });

  it("says once what is wrong", async () => {
    for (const [call, message] of [
      [["fashion-mlp", "--batch", "127"], "a minibatch of 127 is not split evenly over 2 ranks"],
      [["words-sparse"], "words-sparse cannot be trained by several ranks"],
      [["fashion-mlp", "--lr", "-1"], "lr"],
    ] as const) {
      const { code, stderr } = await gradus(["train", ...call, "--ranks", "2"]);
      expect(code).toBe(2);
      const lines = stderr.split("\n").filter((line) => line.startsWith("gradus: "));
      expect(lines, stderr).toEqual([expect.stringContaining(message)]);
    }
  });
});
