import { describe, expect, it } from "vitest";
import { comparisonFixture } from "../../../tests/report/fixture.ts";
import { figuresOf } from "./figures.ts";

const FIXTURE = comparisonFixture();

describe("figuresOf", () => {
  const { figures, series } = figuresOf(FIXTURE);
  const figure = (id: string) => figures.find((one) => one.id === id)!;

  it("draws all optimizers in four charts", () => {
    expect(series.map(({ label }) => label)).toEqual([
      "sgd",
      "momentum",
      "nesterov",
      "adagrad",
      "rmsprop",
      "adadelta",
      "adam",
      "adamw",
    ]);
    expect(figures.map(({ id }) => id)).toEqual([
      "loss-steps",
      "loss-seconds",
      "metric-steps",
      "sweep",
    ]);
    for (const { curves } of figures) {
      expect(curves.map((curve) => curve.series)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    }
  });

  it("takes the median and the range over the seeds", () => {
    const losses = FIXTURE.runs
      .filter((run) => run.optimizer === "adam" && !run.sweep)
      .map((run) => run.loss[40]!)
      .sort((a, b) => a - b);
    const adam = figure("loss-steps").curves[6]!;
    const at = adam.x.indexOf(FIXTURE.runs[0]!.steps[40]!);
    expect([adam.low[at], adam.median[at], adam.high[at]]).toEqual(losses);
  });

  it("marks the compared rate in the sweep, and the rates that diverged", () => {
    for (const curve of figure("sweep").curves) {
      const { optimizer } = FIXTURE.runs.find(
        (run) => run.optimizer === series[curve.series]!.label,
      )!;
      const compared = FIXTURE.runs.find((run) => run.optimizer === optimizer && !run.sweep)!;
      expect(curve.x[curve.chosen]).toBe(compared.lr);
      expect(curve.median.at(-1)).toBeNull();
      expect(curve.median[0]).toBeGreaterThan(0);
    }
  });

  it("leaves out charts that nothing was recorded for", () => {
    const runs = FIXTURE.runs
      .filter((run) => !run.sweep)
      .map((run) => ({ ...run, metricSteps: [], metric: [] }));
    const ids = figuresOf({ ...FIXTURE, runs }).figures.map(({ id }) => id);
    expect(ids).toEqual(["loss-steps", "loss-seconds"]);
  });

  it("uses a linear axis for a loss that is not positive", () => {
    expect(figure("loss-steps").y.log).toBe(true);
    const runs = FIXTURE.runs.map((run) => ({ ...run, loss: run.loss.map((loss) => loss - 1) }));
    expect(figuresOf({ ...FIXTURE, runs }).figures[0]!.y.log).toBe(false);
  });

  it("puts the upper edge above the loss at the start, whatever its sign", () => {
    const [run] = FIXTURE.runs;
    const ceiling = (...loss: readonly number[]) => {
      const runs = [{ ...run!, steps: [1, 2, 3], seconds: [0, 1, 2], loss }];
      return figuresOf({ ...FIXTURE, runs }).figures[0]!.ceiling;
    };
    expect(ceiling(2, 1, 0.5)).toBe(3);
    expect(ceiling(-1, -5, -9)).toBe(3);
    expect(ceiling(-10, -10, -11)).toBe(-5);
    expect(ceiling(0, 1, 2)).toBeNull();
  });

  it("does not take the final loss of a recorded rate for the loss at the start", () => {
    const bad = { ...FIXTURE.runs.find(({ sweep }) => sweep)!, lr: 99, loss: [50], finalLoss: 50 };
    const runs = [...FIXTURE.runs, bad];
    const sweep = figuresOf({ ...FIXTURE, runs }).figures.find(({ id }) => id === "sweep")!;
    expect(sweep.ceiling).toBeLessThan(10);
  });

  it("ends a metric where half of the seeds have diverged, as the loss ends there", () => {
    const [one, two] = FIXTURE.runs.filter(({ optimizer, sweep }) => optimizer === "sgd" && !sweep);
    const lost = {
      ...two!,
      ...{ diverged: true, finalLoss: null, finalMetric: null },
      ...{ metricSteps: two!.metricSteps.slice(0, 3), metric: two!.metric.slice(0, 3) },
    };
    const { figures } = figuresOf({ ...FIXTURE, runs: [one!, lost] });
    const metric = figures.find(({ id }) => id === "metric-steps")!;
    expect(metric.curves[0]!.x).toEqual(two!.metricSteps.slice(0, 3));
  });

  it("limits long runs to as many points as a chart can show", () => {
    const count = 5000;
    const runs = FIXTURE.runs.slice(0, 1).map((run) => ({
      ...run,
      steps: Array.from({ length: count }, (_, i) => i + 1),
      seconds: Array.from({ length: count }, (_, i) => i / 100),
      loss: Array.from({ length: count }, (_, i) => 2 / (i + 1)),
    }));
    const { x } = figuresOf({ ...FIXTURE, runs }).figures[0]!.curves[0]!;
    expect(x.length).toBeLessThanOrEqual(300);
    expect([x[0], x.at(-1)]).toEqual([1, count]);
  });
});
