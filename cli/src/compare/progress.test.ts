import { PassThrough } from "node:stream";
import { describe, expect, it, vi } from "vitest";
import { parseRule } from "../specification.ts";
import type { Job, Outcome } from "./job.ts";
import { barProgress, formatTimeLeft, lineProgress } from "./progress.ts";

const job = (name: string, seed = 1): Job => ({
  ...{ rule: parseRule(name), lr: 0.1, seed, sweep: false },
});

function outcome(of: Job, diverged = false): Outcome {
  const curves = {
    ...{ steps: [1, 100], seconds: [0, 1.25], loss: [3, 2], metricSteps: [], metric: [] },
    ...{ finalLoss: diverged ? null : 2, finalMetric: null, diverged, made: diverged ? 104 : 100 },
  };
  return { job: of, parameters: 1, curves };
}

describe("lineProgress", () => {
  it("writes a line for each run, and counts runs that come later", () => {
    const lines: string[] = [];
    const progress = lineProgress({
      note: (line) => lines.push(line),
      result() {},
      quiet: false,
      width: undefined,
      interactive: false,
      document() {},
    });
    const [first, second] = [job("sgd"), job("adam", 2)];
    progress.expect([first], 100);
    progress.done(outcome(first));
    progress.expect([second], 100);
    progress.done(outcome(second, true));
    expect(lines).toEqual([
      "[1/1] sgd, lr 0.1, seed 1: loss 2, 1.3 s",
      "[2/2] adam, lr 0.1, seed 2: diverged after step 104, 1.3 s",
    ]);
  });
});

describe("barProgress", () => {
  it("draws a bar for each optimizer and one for all, and removes them", async () => {
    const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 100 });
    let drawn = "";
    stream.on("data", (chunk) => (drawn += chunk));
    const jobs = [job("sgd"), job("adam")];
    const progress = barProgress(["sgd", "adam"], stream);
    progress.expect(jobs, 100);
    progress.progress(jobs[0]!, 50, 2.5);
    progress.done(outcome(jobs[1]!));
    await vi.waitUntil(() => drawn.includes("s left"), { timeout: 3_600_000 });
    progress.stop();
    const bar = (filled: number) => "█".repeat(filled) + "░".repeat(24 - filled);
    expect(drawn).toMatch(new RegExp(`all {2}${bar(18).slice(0, 5)}.* \\d+ s left`));
    expect(drawn).toContain(`sgd  ${bar(12)} loss 2.5`);
    expect(drawn).toContain(`adam ${bar(24)} loss 2`);
    // The cursor is shown again.
    expect(drawn.lastIndexOf("\u001b[?25h")).toBeGreaterThan(drawn.lastIndexOf("\u001b[?25l"));
  });
});

describe("formatTimeLeft", () => {
  it.each([
    [0.2, "1 s"],
    [59, "59 s"],
    [61.5, "1 min 2 s"],
  ])("%d seconds: %s", (seconds, text) => expect(formatTimeLeft(seconds)).toBe(text));
});
