import { describe, expect, it } from "vitest";
import { comparisonFixture } from "../../../tests/report/fixture.ts";
import type { Comparison, Run } from "../report/comparison.ts";
import { findingsOf } from "./findings.ts";

const base = comparisonFixture();
const template = base.runs.find((run) => !run.sweep)!;

/** A run whose loss falls by one at each step of `pace`, from 10. */
function run(optimizer: string, pace: number, seed = 1): Run {
  const steps = Array.from({ length: 10 }, (_, i) => (i + 1) * pace);
  const loss = steps.map((_, i) => 10 - i);
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

  it("takes the median of the seeds, and says where their ranges meet", () => {
    const adam = [run("adam", 11, 1), run("adam", 12, 2), run("adam", 13, 3)];
    const rmsprop = [run("rmsprop", 10, 1), run("rmsprop", 11, 2), run("rmsprop", 20, 3)];
    const text = findings(...adam, ...rmsprop);
    expect(text).toContain("adam 120 steps, rmsprop 110 steps");
    expect(text).toContain("Against rmsprop the difference is within the range of the seeds.");
  });

  it("compares at a loss that both reached", () => {
    const short = { ...run("sgd", 10), steps: [10, 20], seconds: [1, 2], loss: [10, 7] };
    expect(findings(run("adam", 5), short)).toContain("(to 7: adam 20 steps, sgd 20 steps)");
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
