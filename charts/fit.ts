/** Draws the charts of a fit: the observations with the curve and its band, and the residuals. */
import { scaleLinear } from "d3-scale";
import { area, line } from "d3-shape";
import { axesOf, tidy } from "./axes.ts";
import { linearDomain } from "./layout.ts";
import { type Markup, markup } from "./markup.ts";

/** A curve with its band; infinite bounds are not drawn. */
export interface Curve {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
}

export interface Chart {
  /** The titles of the axes. */
  readonly xLabel: string;
  readonly yLabel: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly curve?: Curve;
  /** Whether there is a line at 0. */
  readonly hasZero?: boolean;
  readonly width: number;
  readonly height: number;
}

const color = "--color:var(--series-0)";
const dotColor = "--color:var(--series-1)";

/** The domain of an axis for these values. */
function domainOf(values: readonly number[]): [number, number] {
  const finite = values.filter(Number.isFinite);
  return finite.length === 0 ? [0, 1] : linearDomain(finite);
}

/** A chart as SVG. */
export function chartOf(chart: Chart): Markup {
  const { curve, width, height, hasZero } = chart;
  const [left, right, top, bottom] = [56, width - 12, 30, height - 42];
  const x = scaleLinear(domainOf(chart.x), [left, right]);
  const heights = [...chart.y, ...(curve?.y ?? []), ...(hasZero ? [0] : [])];
  const y = scaleLinear(domainOf(heights), [bottom, top]);
  const axis = (label: string) => ({ label, log: false, format: "number" }) as const;
  const axes = axesOf({
    figure: { x: axis(chart.xLabel), y: axis(chart.yLabel) },
    view: { focus: null },
    ...{ x, y, left, right, top, bottom },
  });
  const zero =
    hasZero === true &&
    markup`<line class="target" x1="${left}" x2="${right}" y1="${tidy(y(0))}" y2="${tidy(y(0))}"/>`;
  const dots = chart.x.map(
    (value, i) =>
      markup`<circle class="dot" cx="${tidy(x(value))}" cy="${tidy(y(chart.y[i]!))}" r="2.8"/>`,
  );
  const clip = `clip-${chart.yLabel.replace(/\W/g, "-")}`;
  return markup`<svg class="chart" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${chart.yLabel} against ${chart.xLabel}">
<clipPath id="${clip}"><rect x="${left}" y="${top - 1}" width="${right - left}" height="${bottom - top + 1}"/></clipPath>
${axes}${zero}<g clip-path="url(#${clip})">${curve !== undefined && curveMarkup(curve, x, y)}<g class="series" style="${dotColor}">${dots}</g></g></svg>`;
}

function curveMarkup(
  curve: Curve,
  x: (value: number) => number,
  y: (value: number) => number,
): Markup {
  const indices = curve.x.map((_, i) => i);
  const band = area<number>()
    .defined((i) => Number.isFinite(curve.low[i]!) && Number.isFinite(curve.high[i]!))
    .x((i) => x(curve.x[i]!))
    .y0((i) => y(curve.low[i]!))
    .y1((i) => y(curve.high[i]!))
    .digits(1);
  const path = line<number>()
    .defined((i) => Number.isFinite(curve.y[i]!))
    .x((i) => x(curve.x[i]!))
    .y((i) => y(curve.y[i]!))
    .digits(1);
  return markup`<g class="series" style="${color}"><path class="band" style="opacity:0.25" d="${band(indices) ?? ""}"/><path class="line" d="${path(indices) ?? ""}"/></g>`;
}
