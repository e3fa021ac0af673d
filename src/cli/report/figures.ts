import type { Comparison, Run } from "./comparison.ts";
import type { Curve, Figure, FigureData } from "./figure.ts";
import { comparedGroups, type Group, type Sweep, sweepsOf } from "./groups.ts";
import { styleOf } from "./palette.ts";
import { type Band, bandOf, commonTarget, spread, thin } from "./statistics.ts";

/** More points than this are not seen in a chart, and make the page heavy. */
const MOST_POINTS = 300;

/** The charts of a comparison. One for which there is no line to draw is left out. */
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

/** The loss at which the comparison states the steps: the given one, or the lowest that all reached. */
export function targetOf(comparison: Comparison, groups: readonly Group[]): number | null {
  if (comparison.lossTarget !== null) return comparison.lossTarget;
  const curves = groups.map((group) => lossBand(group, "steps").median);
  // A run of which only the end is known has no steps to count.
  return commonTarget(curves.filter((curve) => curve.length > 1));
}

function lossBand(group: Group, x: "steps" | "seconds"): Band {
  return bandOf(
    group.runs.map((run) => ({ steps: run.steps, x: run[x], y: run.loss, diverged: run.diverged })),
  );
}

function lossFigure(
  comparison: Comparison,
  groups: readonly Group[],
  x: "steps" | "seconds",
): Figure {
  const curves = groups.map((group, i) => curveOf(lossBand(group, x), i));
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
    ceiling: ceilingOf(groups.flatMap((group) => group.runs)),
  };
}

function metricFigure(comparison: Comparison, groups: readonly Group[]): Figure {
  const trace = (run: Run) => ({
    steps: run.metricSteps,
    x: run.metricSteps,
    y: run.metric,
    // Whether a higher or a lower value is the worse one is not known here: what is missing is left out.
    diverged: false,
  });
  return {
    id: "metric-steps",
    x: { label: "steps", log: false, format: "integer" },
    y: { label: comparison.task.metricName, log: false, format: comparison.task.metricFormat },
    curves: groups.map((group, i) => curveOf(bandOf(group.runs.map(trace)), i)),
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
      median: losses.map((loss) => round(loss?.median ?? null)),
      low: losses.map((loss) => round(loss?.low ?? null)),
      high: losses.map((loss) => round(loss?.high ?? null)),
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
    ceiling: ceilingOf(comparison.runs),
  };
}

function curveOf(band: Band, series: number): Curve {
  const { x, median, low, high } = thin(band, MOST_POINTS);
  const rounded = (values: readonly number[]) => values.map((value) => round(value));
  return {
    series,
    x: x.map((value) => (Number.isInteger(value) ? value : round(value)!)),
    median: rounded(median),
    low: rounded(low),
    high: rounded(high),
    chosen: -1,
  };
}

/** A loss far over where training starts is a divergence, and its size would only flatten the rest. */
function ceilingOf(runs: readonly Run[]): number | null {
  const starts = runs.flatMap((run) => run.loss.slice(0, 1));
  return starts.length === 0 ? null : Math.max(...starts) * 1.5;
}

function allPositive(curves: readonly Curve[]): boolean {
  return curves.every((curve) => curve.low.every((value) => value === null || value > 0));
}

/** Five digits, a tenth of what a pixel shows. */
function round(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(5));
}
