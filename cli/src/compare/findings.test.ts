import { describe, expect, it } from "vitest";
import { comparisonFixture } from "../../../tests/report/fixture.ts";
import type { Comparison, Run } from "../report/comparison.ts";
import { findingsOf } from "./findings.ts";
import type { Choice } from "./rate-choices.ts";

const base = comparisonFixture();
const template = base.runs.find((run) => !run.sweep)!;

/** A run whose loss falls linearly from 11 at the start to 1 after ten times `pace` steps. */
function run(optimizer: string, pace: number, seed = 1, end = 300): Run {
  const steps = Array.from({ length: end / 10 }, (_, i) => (i + 1) * 10);
  const loss = steps.map((step) => Math.max(1, 11 - step / pace));
  return { ...template, optimizer, algorithm: optimizer, seed, steps, seconds: steps, loss };
}

const findings = (...runs: readonly Run[]) =>
  findingsOf({ ...base, runs } satisfies Comparison).join(" ");

describe("findingsOf", () => {
  it("says that the paper's order holds, with the numbers", () => {
    expect(findings(run("adam", 10), run("sgd", 30), run("adagrad", 10))).toBe(
      "The order of the Adam paper's figures holds: to the lowest training loss that both reached, Adam needed no more steps than sgd (to 1: adam 100 steps, sgd 300 steps) and adagrad (to 1: adam 100 steps, adagrad 100 steps). This is of one seed: others may tell another order.",
    );
  });

  it("says where the paper's order does not hold", () => {
    const text = findings(run("adam", 20), run("rmsprop", 10), run("sgd", 30));
    expect(text).toMatch(
      /does not hold here: .* Adam needed more steps than rmsprop \(to 1: adam 200 steps, rmsprop 100 steps\)\./,
    );
    expect(text).toMatch(/It does hold against sgd \(/);
    expect(text).not.toContain("range of the seeds");
  });

  it("says which optimizers were ahead of Adam on the way", () => {
    const adam = run("adam", 10);
    // Stays at its first loss for 50 steps, then falls at once.
    const late = { ...adam, loss: adam.steps.map((step) => (step <= 50 ? 11 : 1)) };
    const text = findings(late, run("rmsprop", 10), run("sgd", 30));
    expect(text).toMatch(/holds: .* adam 60 steps, rmsprop 100 steps/);
    expect(text).toMatch(
      /fewer steps than Adam needed rmsprop \(to [\d.]+: adam 60 steps, rmsprop 50 steps\) and sgd \(/,
    );
    expect(text).not.toContain("overshoot");
    expect(findings(adam, run("sgd", 30))).not.toContain("On the way there");
  });

  it("explains an early lead only if each rate was chosen for the end", () => {
    const adam = run("adam", 10);
    const late = { ...adam, loss: adam.steps.map((step) => (step <= 50 ? 11 : 1)) };
    const runs = [late, run("sgd", 30)];
    const told = (sgd: Choice) =>
      findingsOf(
        { ...base, runs },
        new Map([
          ["adam", "tuned"],
          ["sgd", sgd],
        ]),
      ).join(" ");
    expect(told("tuned")).toMatch(/chosen for the loss at the end, .* may overshoot at first\./);
    for (const other of ["given", "default", "elsewhere"] as const) {
      expect(told(other)).toContain("On the way there");
      expect(told(other)).not.toContain("overshoot");
    }
  });

  it("names the optimizers in its sentences whose learning rate was not tuned", () => {
    const runs = [run("adam", 10), run("sgd", 30), run("adagrad", 20), run("rmsprop", 20)];
    const choices = new Map<string, Choice>([
      ["sgd", "default"],
      ["adamw", "default"],
      ["adam", "tuned"],
      ["adagrad", "given"],
      ["rmsprop", "elsewhere"],
    ]);
    const told = findingsOf({ ...base, runs }, choices);
    expect(told).toEqual(
      expect.arrayContaining([
        "sgd ran at default learning rates, not tuned ones: that alone may decide it.",
        "adagrad ran at given learning rates, not tuned ones: that alone may decide it.",
        "rmsprop ran at learning rates that were tuned for other runs: that alone may decide it.",
      ]),
    );
    expect(told.join(" ")).not.toContain("adamw");
  });

  it("takes the median over seeds, and says if their ranges overlap", () => {
    const adam = [run("adam", 12, 1), run("adam", 13, 2), run("adam", 14, 3)];
    const rmsprop = [run("rmsprop", 10, 1), run("rmsprop", 11, 2), run("rmsprop", 20, 3)];
    const text = findings(...adam, ...rmsprop);
    expect(text).toContain("adam 130 steps, rmsprop 110 steps");
    expect(text).toContain("Against rmsprop the difference is within the range of the seeds.");
  });

  it("counts an optimizer as there when its median is, even if some seeds are not", () => {
    const sgd = [run("sgd", 30, 1), run("sgd", 60, 2)];
    expect(findings(run("adam", 10), ...sgd)).toContain("(to 3.5: adam 80 steps, sgd 300 steps)");
  });

  it("compares at a loss that both reached", () => {
    expect(findings(run("adam", 5), run("sgd", 10, 1, 40))).toContain(
      "(to 7: adam 20 steps, sgd 40 steps)",
    );
  });

  it("counts at the rounded loss that it prints, which is never below what both reached", () => {
    const adam = run("adam", 10);
    const end = (loss: number) => ({ ...adam, loss: [...adam.loss.slice(0, -1), loss] });
    const text = findings(end(0.43264), { ...end(0.43264), optimizer: "sgd", algorithm: "sgd" });
    expect(text).toContain("(to 0.4327: adam 300 steps, sgd 300 steps)");
  });

  it("says for wins as for losses that seeds overlap, or that there is only one", () => {
    const adam = [run("adam", 10, 1), run("adam", 11, 2), run("adam", 20, 3)];
    const rmsprop = [run("rmsprop", 12, 1), run("rmsprop", 13, 2), run("rmsprop", 14, 3)];
    const text = findings(...adam, ...rmsprop);
    expect(text).toContain("figures holds");
    expect(text).toContain("Against rmsprop the difference is within the range of the seeds.");
    expect(text).not.toContain("of one seed");
    expect(findings(adam[0]!, rmsprop[0]!)).toMatch(/This is of one seed: .*\.$/);
  });

  it("says if optimizers have different seeds", () => {
    const text = findings(run("adam", 10, 1), run("adam", 10, 2), run("sgd", 30, 1));
    expect(text).toContain("Not all of these were run on the same seeds");
  });

  it("excludes optimizers that diverged or made no progress", () => {
    const exploded = { ...run("rmsprop", 1, 1, 40), diverged: true, finalLoss: null };
    const still = run("adadelta", 1e9);
    const text = findings(run("adam", 10), exploded, still, run("sgd", 30));
    expect(text).toContain("sgd (to 1: adam 100 steps, sgd 300 steps).");
    expect(text).toContain("rmsprop diverged.");
    expect(text).toContain("adadelta never got below the loss at the first step.");
    expect(text).not.toMatch(/rmsprop \(to|adadelta \(to/);
  });

  it("cannot tell if Adam or all the others diverged or made no progress", () => {
    const cannot = /^Whether the order of the Adam paper's figures holds cannot be told here\. /;
    const exploded = { ...run("adam", 10), diverged: true, finalLoss: null };
    expect(findings(exploded, run("sgd", 10))).toMatch(cannot);
    expect(findings(exploded, run("sgd", 10))).toContain("adam diverged.");
    const still = [run("adam", 1e9), run("sgd", 1e9)];
    expect(findings(...still)).toMatch(cannot);
    expect(findings(...still)).toContain("adam and sgd never got below the loss");
    const empty = { ...run("sgd", 1), diverged: true, steps: [], seconds: [], loss: [] };
    expect(findings(run("adam", 10), { ...empty, finalLoss: null })).toMatch(cannot);
  });

  it("says nothing without Adam, without a rival, or after a single step", () => {
    expect(findings(run("sgd", 10), run("rmsprop", 10))).toBe("");
    expect(findings(run("adam", 10), run("adamw", 10))).toBe("");
    expect(findings(run("adam", 10, 1, 10), run("sgd", 10, 1, 10))).toBe("");
  });
});
