import { describe, expect, it } from "vitest";
import { comparisonFixture } from "../../../tests/report/fixture.ts";
import type { Comparison, Run } from "./comparison.ts";
import { comparedGroups, sweepsOf } from "./groups.ts";
import { summaryOf } from "./summary.ts";

const FIXTURE = comparisonFixture();

function run(
  optimizer: string,
  seed: number,
  loss: readonly number[],
  changes?: Partial<Run>,
): Run {
  const steps = loss.map((_, i) => (i + 1) * 100);
  return {
    optimizer,
    algorithm: optimizer,
    lr: 0.1,
    seed,
    steps,
    seconds: steps.map((step) => step / 50),
    loss,
    metricSteps: steps,
    metric: loss.map((value) => 1 - value / 3),
    finalLoss: loss.at(-1) ?? null,
    finalMetric: 1 - (loss.at(-1) ?? 3) / 3,
    diverged: false,
    made: loss.length * 100,
    sweep: false,
    ...changes,
  };
}

function diverged(optimizer: string, seed: number): Run {
  return run(optimizer, seed, [2.3], { finalLoss: null, finalMetric: null, diverged: true });
}

function comparison(runs: readonly Run[], changes?: Partial<Comparison>): Comparison {
  return { ...FIXTURE, runs, ...changes };
}

const TWO = comparison([
  run("sgd", 1, [2, 1, 0.8]),
  run("sgd", 2, [2, 1.2, 0.9]),
  run("sgd", 3, [2, 1.4, 1]),
  run("adam", 1, [2, 0.7, 0.4]),
  run("adam", 2, [2, 0.95, 0.5]),
  run("adam", 3, [2, 0.8, 0.6]),
]);

describe("summaryOf", () => {
  it("sorts by the median of the final loss and gives its range", () => {
    const { rows, seeds } = summaryOf(TWO);
    expect(rows.map((row) => [row.label, row.series])).toEqual([
      ["adam", 1],
      ["sgd", 0],
    ]);
    expect(rows[0]!.finalLoss).toEqual({ median: 0.5, low: 0.4, high: 0.6 });
    expect(seeds).toBe(3);
  });

  it("counts steps to the lowest loss that all reached", () => {
    const { rows, target } = summaryOf(TWO);
    expect(target).toBe(0.9);
    expect(rows.map((row) => row.stepsToTarget)).toEqual([200, 300]);
  });

  it("counts steps to the target that is asked for", () => {
    const { rows, standfirst } = summaryOf({ ...TWO, lossTarget: 0.5 });
    expect(rows.map((row) => row.stepsToTarget)).toEqual([300, null]);
    expect(standfirst).toBe(
      "To get to a training loss of 0.5, adam needed 300 steps. Not reached by sgd.",
    );
  });

  it("gives seconds for a thousand steps", () => {
    expect(summaryOf(TWO).rows[0]!.secondsPer1000Steps).toBe(20);
  });

  it("takes the memory of the state from the algorithm's facts", () => {
    expect(summaryOf(TWO).rows.map((row) => row.stateBytesPerParameter)).toEqual([8, 0]);
    expect(summaryOf({ ...TWO, algorithms: [] }).rows[0]!.stateBytesPerParameter).toBeNull();
  });

  it("says which optimizer won, and how many steps each needed", () => {
    const { headline, standfirst } = summaryOf(TWO);
    expect(headline).toBe(
      "adam ended with the lowest training loss, 0.5 (test accuracy 83.3 %); next is sgd with 0.9 (70.0 %).",
    );
    expect(standfirst).toBe(
      "To get to a training loss of 0.9, adam needed 200 steps and sgd\u00a0300.",
    );
  });

  it("puts diverged optimizers last, and counts a single seed that diverged", () => {
    const { rows, headline } = summaryOf(
      comparison([
        diverged("sgd", 1),
        diverged("sgd", 2),
        run("sgd", 3, [2, 1]),
        run("adam", 1, [2, 1]),
        run("adam", 2, [2, 0.5]),
        diverged("adam", 3),
      ]),
    );
    expect(rows.map((row) => row.label)).toEqual(["adam", "sgd"]);
    expect(rows[0]!.finalLoss).toEqual({ median: 1, low: 0.5, high: 1 });
    expect(rows.map((row) => row.divergedSeeds)).toEqual([1, 2]);
    expect(rows[1]!.finalLoss).toBeNull();
    expect(headline).toBe(
      "adam ended with the lowest training loss, 1 (test accuracy 75.0 %); sgd diverged.",
    );
  });

  it("counts on the curve that the chart shows, also for an even number of seeds", () => {
    // The mean of the two reaches 1, but only one of them does.
    const even = comparison([
      run("sgd", 1, [2, 1.5, 0.8]),
      run("sgd", 2, [2, 1.4, 1.2]),
      run("adam", 1, [2, 0.9, 0.5]),
      run("adam", 2, [2, 1.1, 0.7]),
    ]);
    const { standfirst, rows } = summaryOf(even);
    expect(rows.map((row) => row.stepsToTarget)).toEqual([200, 300]);
    expect(standfirst).toBe(
      "To get to a training loss of 1, adam needed 200 steps and sgd\u00a0300.",
    );
  });

  it("counts no steps for an optimizer that diverged, and does not use its loss as a target", () => {
    const { target, rows, standfirst } = summaryOf(
      comparison([
        run("sgd", 1, [2, 0.01], { finalLoss: null, finalMetric: null, diverged: true }),
        run("adam", 1, [2, 0.8, 0.5]),
        run("adagrad", 1, [2, 1, 0.6]),
      ]),
    );
    expect(target).toBe(0.6);
    expect(rows.map((row) => row.stepsToTarget)).toEqual([300, 300, null]);
    expect(standfirst).toMatch(/ Diverged: sgd\.$/);
  });

  it("has no target if no optimizer got below the loss of the first step, and says so", () => {
    const worse = [run("sgd", 1, [2, 3, 5]), run("adam", 1, [2, 2.5, 2.4])];
    const { target, standfirst, rows } = summaryOf(comparison(worse));
    expect(target).toBeNull();
    expect(rows.every((row) => row.stepsToTarget === null)).toBe(true);
    expect(standfirst).toBe("None of them got below the loss that it began with.");
    expect(summaryOf(comparison(worse.slice(0, 1))).standfirst).toMatch(/^It never got below/);
  });

  it("says if there is only one seed, and names all that ended lowest", () => {
    const headline = (...losses: readonly number[]) =>
      summaryOf(
        comparison(losses.map((loss, i) => run("abc"[i]!, 1, [2, loss], { finalMetric: null }))),
      ).headline;
    const doubt = "other seeds may give another order.";
    expect(headline(0.5, 0.5, 0.7)).toBe(
      `On one seed a and b tie for the lowest training loss, 0.5; next is c with 0.7; ${doubt}`,
    );
    expect(headline(0.5, 0.500001)).toBe(
      `On one seed a and b tie for the lowest training loss, 0.5; ${doubt}`,
    );
    expect(headline(0.5001, 0.5004)).toBe(
      `On one seed a ended with the lowest training loss, 0.5001; next is b with 0.5004; ${doubt}`,
    );
  });

  it("names no winner if the seeds overlap, or one of the best did not come to an end", () => {
    const of = (...ends: readonly (readonly number[])[]) =>
      ends.flatMap((losses, i) => losses.map((loss, seed) => run("abc"[i]!, seed, [2, loss])));
    expect(
      summaryOf(comparison(of([0.6, 0.4, 0.5], [0.9, 0.6, 0.7], [0.9, 0.8, 1]))).headline,
    ).toBe(
      "a and b tie for the lowest training loss, for their seeds overlap: 0.5 and 0.7 (test accuracy 83.3 % and 76.7 %); next is c with 0.9 (70.0 %).",
    );
    // Just apart.
    expect(summaryOf(comparison(of([0.6, 0.4], [0.9, 0.601]))).headline).toMatch(/^a ended with/);
    const lost = [...of([0.4, 0.4]), diverged("a", 2), ...of([], [0.5, 0.5, 0.5])];
    expect(summaryOf(comparison(lost)).headline).toMatch(/^a and b tie for/);
  });

  it("takes the metric of the seeds that did not diverge, as its chart does", () => {
    const runs = [
      run("adam", 1, [2, 1], { finalMetric: 0.8 }),
      run("adam", 2, [2, 1], { finalMetric: 0.6 }),
      diverged("adam", 3),
    ];
    expect(summaryOf(comparison(runs)).rows[0]!.finalMetric!.median).toBeCloseTo(0.7, 12);
    const most = [runs[0]!, diverged("adam", 2)];
    expect(summaryOf(comparison(most)).rows[0]!.finalMetric).toBeNull();
  });

  it("leaves the first step out of the time", () => {
    const cold = run("adam", 1, [2, 1, 0.5], { steps: [1, 101, 201], seconds: [5, 6, 7] });
    expect(summaryOf(comparison([cold])).rows[0]!.secondsPer1000Steps).toBe(10);
    const single = run("adam", 1, [2], { steps: [1], seconds: [5] });
    expect(summaryOf(comparison([single])).rows[0]!.secondsPer1000Steps).toBeNull();
  });

  it("says how many seeds each has", () => {
    const text = (...runs: readonly Run[]) => summaryOf(comparison(runs)).seedsText;
    expect(text(run("sgd", 1, [2, 1]))).toBe("one seed");
    expect(text(run("sgd", 1, [2, 1]), run("sgd", 2, [2, 1]))).toBe("2 seeds");
    const stopped = [run("sgd", 1, [2, 1]), run("adam", 1, [2, 1]), run("sgd", 2, [2, 1])];
    expect(text(...stopped)).toBe("1 to 2 seeds");
  });

  it("handles no optimizer, one, and none that trained", () => {
    expect(summaryOf(comparison([])).headline).toBe("Nothing was trained.");
    expect(summaryOf(comparison([run("adam", 1, [2, 1])])).headline).toBe(
      "The training loss of adam came to 1 (test accuracy 66.7 %).",
    );
    expect(summaryOf(comparison([diverged("adam", 1)])).headline).toBe("adam diverged.");
  });
});

describe("comparedGroups", () => {
  it("separates the rates of one optimizer", () => {
    const runs = [run("adam", 1, [1], { lr: 0.01 }), run("adam", 1, [1], { lr: 0.1 })];
    const groups = comparedGroups(comparison(runs));
    expect(groups.map((group) => group.label)).toEqual(["adam, lr 0.01", "adam, lr 0.1"]);
  });

  it("takes the best rate of a sweep if there are no other runs", () => {
    const runs = [
      run("adam", 1, [1], { lr: 0.01, sweep: true }),
      run("adam", 1, [0.5], { lr: 0.1, sweep: true }),
      run("adam", 1, [2], { lr: 1, sweep: true, finalLoss: null, diverged: true }),
    ];
    const groups = comparedGroups(comparison(runs));
    expect(groups.map(({ label, lr }) => [label, lr])).toEqual([["adam", 0.1]]);
  });
});

describe("sweepsOf", () => {
  it("sorts by rate and leaves the compared runs out", () => {
    const sweeps = sweepsOf(FIXTURE);
    expect(sweeps).toHaveLength(8);
    for (const { groups } of sweeps) {
      expect(groups).toHaveLength(7);
      expect(groups.every((group) => group.runs.every((one) => one.sweep))).toBe(true);
      expect(groups.map((group) => group.lr)).toEqual(
        groups.map((group) => group.lr).toSorted((a, b) => a - b),
      );
    }
  });

  it("is empty for a single rate", () => {
    expect(sweepsOf(TWO)).toEqual([]);
  });
});
