import type { Band, Curve, Figure, FigureData } from "../../../charts/figure.ts";
import { styleOf } from "../../../charts/palette.ts";
import type { Comparison, Run } from "./comparison.ts";
import { comparedGroups, type Group, type Sweep, sweepsOf } from "./groups.ts";
import { drawn, lossCurve, round, targetOf } from "./loss-curve.ts";
import { bandOf, spread } from "./statistics.ts";

/** The charts of a comparison, without those that have no line to draw. */
export function figuresOf(comparison: Comparison): FigureData {
  const groups = comparedGroups(comparison);
  const figures = [
    lossFigure(comparison, groups, "steps"),
    lossFigure(comparison, groups, "seconds"),
    metricFigure(comparison, groups),
    sweepFigure(comparison, groups, sweepsOf(comparison)),
  ];
  return {
    series: groups.map((group, i) => ({ label: group.label, ...styleOf(i) })),
    figures: figures.filter((figure) => figure.curves.some((curve) => curve.x.length > 1)),
  };
}

function lossFigure(
  comparison: Comparison,
  groups: readonly Group[],
  x: "steps" | "seconds",
): Figure {
  const curves = groups.map((group, i) => curveOf(lossCurve(group, x), i));
  return {
    id: `loss-${x}`,
    x:
      x === "steps"
        ? { label: "steps", log: false, format: "integer" }
        : { label: "seconds of training", log: false, format: "number" },
    y: { label: comparison.task.lossName, log: allPositive(curves), format: "number" },
    curves,
    points: false,
    target: targetOf(comparison, groups),
    ceiling: ceilingOf(groups),
  };
}

function metricFigure(comparison: Comparison, groups: readonly Group[]): Figure {
  const trace = (run: Run) => ({
    steps: run.metricSteps,
    x: run.metricSteps,
    y: run.metric,
    diverged: run.diverged,
  });
  return {
    id: "metric-steps",
    x: { label: "steps", log: false, format: "integer" },
    y: { label: comparison.task.metricName, log: false, format: comparison.task.metricFormat },
    // It is not known here whether higher or lower values are worse.
    curves: groups.map((group, i) => curveOf(drawn(bandOf(group.runs.map(trace), "left out")), i)),
    points: false,
    target: null,
    ceiling: null,
  };
}

function sweepFigure(
  comparison: Comparison,
  groups: readonly Group[],
  sweeps: readonly Sweep[],
): Figure {
  const curves = sweeps.map((sweep): Curve => {
    const series = groups.findIndex((group) => group.optimizer === sweep.optimizer);
    const shown = groups.filter((group) => group.optimizer === sweep.optimizer);
    const losses = sweep.groups.map((group) => spread(group.runs.map((run) => run.finalLoss)));
    return {
      series,
      x: sweep.groups.map((group) => group.lr),
      median: losses.map((loss) => loss && round(loss.median)),
      low: losses.map((loss) => loss && round(loss.low)),
      high: losses.map((loss) => loss && round(loss.high)),
      chosen: shown.length > 1 ? -1 : sweep.groups.findIndex(({ lr }) => lr === shown[0]?.lr),
    };
  });
  return {
    id: "sweep",
    x: { label: "learning rate", log: true, format: "number" },
    y: { label: `final ${comparison.task.lossName}`, log: allPositive(curves), format: "number" },
    curves,
    points: true,
    target: null,
    ceiling: ceilingOf(groups),
  };
}

const curveOf = (band: Band, series: number): Curve => ({ series, ...band, chosen: -1 });

/**
 * The loss above which a run counts as diverged in the chart: its size would only flatten the other curves. It is the loss
 * at the start and half as much again, or half of the progress if that is more.
 */
function ceilingOf(groups: readonly Group[]): number | null {
  const losses = groups.map((group) => lossCurve(group).median).filter(({ length }) => length > 0);
  if (losses.length === 0) return null;
  const start = Math.max(...losses.map(([first]) => first!));
  const room = Math.max(Math.abs(start), start - Math.min(...losses.flat())) / 2;
  return room === 0 ? null : start + room;
}

function allPositive(curves: readonly Curve[]): boolean {
  return curves.every((curve) => curve.low.every((value) => value === null || value > 0));
}
