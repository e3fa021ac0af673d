/** One training by several processes: the same losses on any number, and it goes on from any end on any other. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Comparison } from "../../cli/src/report/comparison.ts";
import { createRandom } from "../../src/tasks/index.ts";
import { gradus, once, start, temporaryFolder } from "./gradus.ts";
import { killRanks, ranksIn } from "./rankRuns.ts";
import { type Running, startOnRanks } from "./running.ts";
import { outcomeOf } from "./runs.ts";

const words = ["train", "fashion-mlp", "--steps", "200", "--checkpoint-every", "10"];

/** More than any test waits for. */
const endless = ["train", "fashion-mlp", "--steps", "100000", "--checkpoint-every", "100"];

/** What a bar begins with. */
const hidesCursor = "\u001b[?25l";

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
    expect(stdout).toMatch(new RegExp(`^${ranks} ranks \\(Open MPI .* ms a step, \\d+ % of it`));
    const losses = lossesOf(join(cwd, "many"));
    expect(losses.length).toBe(expected.length);
    // Gradients of parts are added in another order than those of the whole.
    for (const [i, loss] of losses.entries()) expect(loss / expected[i]! - 1).toBeCloseTo(0, 4);
    // One report, and one voice.
    expect(stdout.match(/Report: /g)).toHaveLength(1);
  });

  it("shows one bar where what it writes comes to a terminal", async () => {
    const cwd = temporaryFolder();
    const call = ["train", "fashion-mlp", "--steps", "20", "--folder", "bar"];
    const more = ["--checkpoint-every", "5", "--ranks", "2"];
    const { ended } = start([...call, ...more], cwd, { GRADUS_TERMINAL_COLUMNS: "100" });
    const { code, stderr } = await ended;
    expect(code, stderr).toBe(0);
    // One of two ranks draws, and lines that would break the bar are left out.
    expect(stderr.split(hidesCursor)).toHaveLength(2);
    expect(stderr).toMatch(/adam .*█/);
    expect(stderr).not.toContain("saved.");
  });

  it("has the same weights, bit for bit, on any number of them where micro-batches are fixed", async () => {
    const dropping = [...words, "--set", "dropout=0.5", "--micro-batches", "4"];
    const outcomes = [];
    for (const ranks of ["1", "2", "4"]) {
      const cwd = temporaryFolder();
      const call = [...dropping, "--folder", "fixed", "--ranks", ranks];
      const { code, stderr } = await gradus(call, cwd);
      expect(code, stderr).toBe(0);
      outcomes.push(outcomeOf(join(cwd, "fixed")));
    }
    expect(outcomes[1]).toEqual(outcomes[0]);
    expect(outcomes[2]).toEqual(outcomes[0]);
  });

  it("ends where one is killed, and goes on with another number of ranks to the same weights", async () => {
    const cwd = temporaryFolder();
    const fixed = [...words, "--micro-batches", "4"];
    await gradus([...fixed, "--folder", "whole"], cwd);
    const random = createRandom(3);
    const next = (kills: number, running: Running) =>
      kills < 3 ? running.said("saved.") : undefined;
    const { ended, kills, orphans } = await killRanks(fixed, cwd, "killed", random, next);
    expect(ended.code, ended.stderr).toBe(0);
    expect(kills).toBe(3);
    expect(orphans).toBe(0);
    expect(outcomeOf(join(cwd, "killed"))).toEqual(outcomeOf(join(cwd, "whole")));
  });

  it("saves when it is asked to end, ends with the code of the signal, and goes on with other ranks", async () => {
    const cwd = temporaryFolder();
    const running = start([...endless, "--folder", "stopped", "--ranks", "2"], cwd);
    await running.said("Step 100 of 100000: saved.");
    running.process.kill("SIGTERM");
    const { code, stderr } = await running.ended;
    expect(code).toBe(143);
    const [, step] = /Stopped after step (\d+)\. To continue: /.exec(stderr) ?? [];
    expect(Number(step), stderr).toBeGreaterThanOrEqual(100);
    // Neither a rank nor mpirun takes it for a fault.
    expect(stderr).not.toMatch(/ends the run|mpirun|-----/);
    const again = start(["train", "--resume", "stopped", "--ranks", "4"], cwd);
    await again.said(`Continuing after step ${step}.`);
    again.process.kill("SIGINT");
    expect((await again.ended).code).toBe(130);
  });

  it("ends and saves where the process that has started the ranks is killed", async () => {
    const folder = join(temporaryFolder(), "left");
    const running = start([...endless, "--folder", folder, "--ranks", "2"], dirname(folder));
    await running.said("Step 100 of 100000: saved.");
    running.process.kill("SIGKILL");
    // Their output is open for as long as they are there.
    const { stderr } = await running.ended;
    expect(ranksIn(folder)).toEqual([]);
    expect(stderr).toMatch(/Stopped after step \d+\. To continue: /);
  });

  it("says once what is wrong", async () => {
    for (const [call, message] of [
      [
        ["fashion-mlp", "--micro-batches", "1"],
        "--micro-batches 1 cannot be shared evenly by 2 ranks",
      ],
      [["fashion-mlp", "--batch", "127"], "a minibatch of 127 cannot be split evenly over 2 ranks"],
      [["words-sparse"], "words-sparse cannot be trained on several ranks"],
      [["fashion-mlp", "--lr", "-1"], "lr"],
    ] as const) {
      const { code, stderr } = await gradus(["train", ...call, "--ranks", "2"]);
      expect(code).toBe(2);
      const lines = stderr.split("\n").filter((line) => line.startsWith("gradus: "));
      expect(lines, stderr).toEqual([expect.stringContaining(message)]);
    }
  });
});

describe("gradus compare, by several ranks", () => {
  const compared = ["fashion-mlp", "--optimizers", "adam,sgd", "--seeds", "3", "--steps", "10"];

  async function comparisonOf(call: readonly string[], ranks?: number): Promise<Comparison> {
    const cwd = temporaryFolder();
    const words = ["compare", ...compared, ...call, "--json", "--out", "report.html"];
    const { code, stdout, stderr } =
      ranks === undefined ? await gradus(words, cwd) : await startOnRanks(ranks, words, cwd).ended;
    expect(code, stderr).toBe(0);
    return JSON.parse(stdout) as Comparison;
  }

  /** What does not depend on who made it when. */
  const made = ({ runs }: Comparison) =>
    runs.map(({ optimizer, lr, seed, loss, metric }) => ({ optimizer, lr, seed, loss, metric }));

  it.each([[[]], [["--sweep"]]])("makes the runs of one process %s", async (more) => {
    const expected = await comparisonOf(more);
    const found = await comparisonOf(more, 3);
    expect(made(found)).toEqual(made(expected));
  });

  it("says once what is wrong", async () => {
    for (const [words, message] of [
      [["fashion-mlp", "--lr", "adam=-1"], "lr"],
      [["fashion-mlp", "--steps", "x"], "--steps"],
      [["nothing"], "nothing"],
    ] as const) {
      const { code, stderr } = await startOnRanks(2, ["compare", ...words], temporaryFolder())
        .ended;
      expect(code).toBe(2);
      const lines = stderr.split("\n").filter((line) => line.startsWith("gradus: "));
      expect(lines, stderr).toEqual([expect.stringContaining(message)]);
    }
  });
});
