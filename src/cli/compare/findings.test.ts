import { describe, expect, it } from "vitest";
import { comparisonFixture } from "../../../tests/report/fixture.ts";
import type { Comparison, Run } from "../report/comparison.ts";
import { findingsOf } from "./findings.ts";

const base = comparisonFixture();
const template = base.runs.find((run) => !run.sweep)!;

/** A run whose loss falls evenly from 11 at the start to 1 after ten times `pace` steps. */
function run(optimizer: string, pace: number, seed = 1, end = 300): Run {
  const steps = Array.from({ length: end / 10 }, (_, i) => (i + 1) * 10);
  const loss = steps.map((step) => Math.max(1, 11 - step / pace));
  return { ...template, optimizer, algorithm: optimizer, seed, steps, seconds: steps, loss };
}

const findings = (...runs: readonly Run[]) =>
  findingsOf({ ...base, runs } satisfies Comparison).join(" ");

describe("findingsOf", () => {
  it("says that the order holds, with the numbers", () => {
    expect(findings(run("adam", 10), run("sgd", 30), run("adagrad", 10))).toBe(
      "The order of the Adam paper's figures holds: to the lowest training loss that both reached, Adam needed no more steps than sgd (to 1: adam 100 steps, sgd 300 steps) and adagrad (to 1: adam 100 steps, adagrad 100 steps).",
    );
  });

  it("says where it does not", () => {
    const text = findings(run("adam", 20), run("rmsprop", 10), run("sgd", 30));
    expect(text).toMatch(
      /does not hold here: .* Adam needed more steps than rmsprop \(to 1: adam 200 steps, rmsprop 100 steps\)\./,
    );
    expect(text).toMatch(/It does hold against sgd \(/);
    expect(text).not.toContain("range of the seeds");
  });

  it("says who was ahead of Adam on the way", () => {
    const adam = run("adam", 10);
    // Stays at its first loss for 50 steps, then falls at once.
    const late = { ...adam, loss: adam.steps.map((step) => (step <= 50 ? 11 : 1)) };
    const text = findings(late, run("rmsprop", 10), run("sgd", 30));
    expect(text).toMatch(/holds: .* adam 60 steps, rmsprop 100 steps/);
    expect(text).toMatch(
      /fewer steps than Adam needed rmsprop \(to [\d.]+: adam 60 steps, rmsprop 50 steps\) and sgd \(/,
    );
    expect(text).toMatch(/may overshoot at first\.$/);
    expect(findings(adam, run("sgd", 30))).not.toContain("On the way there");
  });

  it("says whose learning rate was not tuned", () => {
    const runs = [run("adam", 10), run("sgd", 30)];
    expect(findingsOf({ ...base, runs }, ["sgd", "adamw"]).at(-1)).toBe(
      "sgd ran at default learning rates, not tuned ones: that alone may decide it.",
    );
  });

  it("takes the median of the seeds, and says where their ranges meet", () => {
    const adam = [run("adam", 12, 1), run("adam", 13, 2), run("adam", 14, 3)];
    const rmsprop = [run("rmsprop", 10, 1), run("rmsprop", 11, 2), run("rmsprop", 20, 3)];
    const text = findings(...adam, ...rmsprop);
    expect(text).toContain("adam 130 steps, rmsprop 110 steps");
    expect(text).toContain("Against rmsprop the difference is within the range of the seeds.");
  });

  it("counts an optimizer as there when its median is, whoever of its seeds is not", () => {
    const sgd = [run("sgd", 30, 1), run("sgd", 60, 2)];
    expect(findings(run("adam", 10), ...sgd)).toContain("(to 3.5: adam 80 steps, sgd 300 steps)");
  });

  it("compares at a loss that both reached", () => {
    expect(findings(run("adam", 5), run("sgd", 10, 1, 40))).toContain(
      "(to 7: adam 20 steps, sgd 40 steps)",
    );
  });

  it("says nothing without Adam, or with nothing to compare it with", () => {
    expect(findings(run("sgd", 10), run("rmsprop", 10))).toBe("");
    expect(findings(run("adam", 10), run("adamw", 10))).toBe("");
    expect(
      findings(run("adam", 10), {
        ...run("sgd", 1),
        diverged: true,
        steps: [],
        seconds: [],
        loss: [],
      }),
    ).toBe("");
  });
});
