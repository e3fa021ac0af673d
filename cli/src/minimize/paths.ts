/** The paths of the methods over the contours of the function. */
import { tidy } from "../../../charts/axes.ts";
import type { Series } from "../../../charts/figure.ts";
import type { Scale } from "../../../charts/layout.ts";
import { type Markup, markup } from "../../../charts/markup.ts";
import { type Point, surfaceChart } from "../../../charts/surface.ts";
import { evaluate } from "../../../formulas/evaluate.ts";
import type { Minimized } from "./minimized.ts";
import { viewOf } from "./view.ts";

const [width, height] = [1080, 560];
/** Pixels far beyond the edge of the chart. */
const beyond = 1e5;

/** A chart as SVG, as wide as the page. */
export function pathsChart(found: Minimized, series: readonly Series[]): Markup {
  const view = viewOf(found);
  const { problem, runs, bounds } = found;
  const [first, second] = problem.unknowns as [string, string];
  const chart = {
    id: "paths",
    label: `Paths of the methods over ${first} and ${second}`,
    value: (x: number, y: number) => evaluate(problem.expression, { [first]: x, [second]: y }),
    x: { label: first, domain: view.x },
    y: { label: second, domain: view.y },
    ways: runs.map(({ path }, i) => ({ series: series[i]!, points: path as readonly Point[] })),
    start: problem.start as Point,
    minima: problem.minima as readonly Point[],
    ...(bounds && { between: (x: Scale, y: Scale) => boxMarkup(bounds, x, y) }),
  };
  return surfaceChart(chart, width, height);
}

/** The bounds as a rectangle, as far as it is within the chart. */
function boxMarkup({ lower, upper }: NonNullable<Minimized["bounds"]>, x: Scale, y: Scale): Markup {
  const within = (scale: Scale, value: number, end: number) =>
    tidy(Number.isFinite(value) ? scale(value) : end);
  const [left, right] = [within(x, lower[0]!, -beyond), within(x, upper[0]!, beyond)];
  const [bottom, top] = [within(y, lower[1]!, beyond), within(y, upper[1]!, -beyond)];
  return markup`<rect class="target" style="fill:none" x="${left}" y="${top}" width="${right - left}" height="${bottom - top}"/>`;
}
