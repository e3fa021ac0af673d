/** Draws lines over axes that stay fixed, for animated charts. */
import { scaleLinear, scaleLog } from "d3-scale";
import { axesOf, tidy } from "./axes.ts";
import type { AxisFacts, Series } from "./figure.ts";
import type { Scale } from "./layout.ts";
import { type Markup, markup, symbolOf } from "./markup.ts";
import { type Pixel, pathThrough } from "./path.ts";
import type { Point } from "./surface.ts";

/** One axis: its title and both ends. Without a title it takes less room, for charts above each other. */
export interface LinesAxis extends AxisFacts {
  readonly domain: readonly [low: number, high: number];
}

export interface Line {
  readonly series: Series;
  /** A value that is not finite, or not above 0 on a logarithmic axis, interrupts the line. */
  readonly points: readonly Point[];
  /** The symbol that the line shows; the line is marked with it. */
  readonly symbol?: string;
  /** Whether the line is only there for comparison. */
  readonly faint?: boolean;
}

export interface LinesChart {
  /** The chart's id on the page; its clipping path uses it. */
  readonly id: string;
  /** The description for screen readers. */
  readonly label: string;
  readonly x: LinesAxis;
  readonly y: LinesAxis;
  readonly lines: readonly Line[];
  /** Markup between axes and lines: bars, dots, a mark of a place. */
  readonly between?: (x: Scale, y: Scale) => Markup;
}

/** Coordinates are limited to so many pixels beyond the edge. */
const beyond = 1e5;

const scaleOf = ({ log, domain }: LinesAxis, range: [number, number]): Scale =>
  log ? scaleLog(domain, range) : scaleLinear(domain, range);

/** The scales of a chart in a drawing of `width` by `height` pixels. */
export function linesScales({ x, y }: Pick<LinesChart, "x" | "y">, width: number, height: number) {
  const [left, right, top, bottom] = [56, width - 12, 26, height - (x.label === "" ? 22 : 42)];
  return {
    ...{ left, right, top, bottom },
    x: scaleOf(x, [left, right]),
    y: scaleOf(y, [bottom, top]),
  };
}

/** A chart as SVG, of `width` by `height` pixels. */
export function linesChart(chart: LinesChart, width: number, height: number): Markup {
  const frame = linesScales(chart, width, height);
  const { x, y, left, right, top, bottom } = frame;
  const axes = axesOf({ ...frame, figure: chart, view: { focus: null } });
  const clip = `clip-${chart.id}`;
  return markup`<svg class="chart" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${chart.label}">
<clipPath id="${clip}"><rect x="${left}" y="${top - 1}" width="${right - left}" height="${bottom - top + 2}"/></clipPath>
${axes}<g clip-path="url(#${clip})">${chart.between?.(x, y) ?? null}${chart.lines.map((each) => lineMarkup(each, x, y))}</g></svg>`;
}

function lineMarkup({ series, points, symbol, faint }: Line, x: Scale, y: Scale): Markup {
  const paths = pieces(points.map(([across, up]) => [x(across), y(up)])).map(pathThrough);
  return markup`<g class="series" style="--color:${series.color}"><path class="line"${symbolOf(symbol)}${faint === true && faintly} d="${paths.join("")}" stroke-dasharray="${series.dash}"/></g>`;
}

/** The pieces of a line, without the values that cannot be drawn. */
function pieces(points: readonly Pixel[]): readonly (readonly Pixel[])[] {
  const found: Pixel[][] = [[]];
  for (const [across, down] of points) {
    if (Number.isFinite(across) && Number.isFinite(down))
      found.at(-1)!.push([across, Math.min(Math.max(down, -beyond), beyond)]);
    else found.push([]);
  }
  return found.filter((each) => each.length > 0);
}

const faintly = markup` style="stroke-width:1.2;stroke-opacity:0.6"`;

export interface Bars {
  readonly color: string;
  /** The position and the value of each bar. */
  readonly points: readonly Point[];
  /** The width of a bar, in units of `x`. */
  readonly width: number;
  readonly symbol?: string;
}

/** Bars that start at the lower edge. */
export function barsMarkup({ color, points, width, symbol }: Bars, x: Scale, y: Scale): Markup {
  const bottom = y.range()[0]!;
  const bars = points.map(([place, value]) => {
    const [left, right] = [x(place - width / 2), x(place + width / 2)];
    const top = Math.min(bottom, Math.max(y(value), -beyond));
    if (!Number.isFinite(top) || bottom - top < 0.05) return "";
    return `M${tidy(left)},${tidy(bottom)}V${tidy(top)}H${tidy(right)}V${tidy(bottom)}Z`;
  });
  return markup`<path class="bars"${symbolOf(symbol)} style="--color:${color}" d="${bars.join("")}"/>`;
}

/** Dots as one path: many separate elements would make up most of a page. */
export function dotsMarkup(
  { color, points, symbol }: Omit<Bars, "width">,
  x: Scale,
  y: Scale,
): Markup {
  const dots = points
    .map((point): Pixel => [x(point[0]), y(point[1])])
    .filter((place) => place.every(Number.isFinite))
    .map(([across, down]) => `M${tidy(across)},${tidy(down)}h0`);
  return markup`<path class="dots"${symbolOf(symbol)} style="--color:${color}" d="${dots.join("")}"/>`;
}
