/** Lines over axes that stay where they are, for pictures that move. */
import { scaleLinear, scaleLog } from "d3-scale";
import { axesOf, tidy } from "./axes.ts";
import type { AxisFacts, Series } from "./figure.ts";
import type { Scale } from "./layout.ts";
import { type Markup, markup, symbolOf } from "./markup.ts";
import { type Pixel, pathThrough } from "./path.ts";
import type { Point } from "./surface.ts";

/** One axis: what it shows, and both its ends. Without a label it takes less room: for charts that stand over each other. */
export interface LinesAxis extends AxisFacts {
  readonly domain: readonly [low: number, high: number];
}

export interface Line {
  readonly series: Series;
  /** What is not finite, or not above 0 on a logarithmic axis, interrupts the line. */
  readonly points: readonly Point[];
  /** The symbol that it shows, marked with it. */
  readonly symbol?: string;
  /** Whether it is only there to be compared with. */
  readonly faint?: boolean;
}

export interface LinesChart {
  /** Of the page's charts this one; its clipping has that name. */
  readonly id: string;
  /** What it shows, for those who hear it. */
  readonly label: string;
  readonly x: LinesAxis;
  readonly y: LinesAxis;
  readonly lines: readonly Line[];
  /** Markup between axes and lines: bars, dots, a mark of a place. */
  readonly between?: (x: Scale, y: Scale) => Markup;
}

/** Pixels beyond the edge from which on it does not matter how far. */
const beyond = 1e5;

const scaleOf = ({ log, domain }: LinesAxis, range: [number, number]): Scale =>
  log ? scaleLog(domain, range) : scaleLinear(domain, range);

/** Where the values of a chart lie in a drawing of `width` by `height` pixels. */
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

/** A line without what cannot be drawn: in pieces. */
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
  /** Where each bar stands, and its value. */
  readonly points: readonly Point[];
  /** Its width, in units of `x`. */
  readonly width: number;
  readonly symbol?: string;
}

/** Bars from the lower edge up. */
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

/** Dots, as one path: of many, each an element of its own would be most of a page. */
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
