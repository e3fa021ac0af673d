/** Ways over the contours of a function of two numbers. */
import { scaleLinear } from "d3-scale";
import { axesOf, tidy } from "./axes.ts";
import { contoursOf, type Surface } from "./contours.ts";
import type { Series } from "./figure.ts";
import type { Scale } from "./layout.ts";
import { type Markup, markup, symbolOf } from "./markup.ts";
import { type Pixel, pathThrough } from "./path.ts";

export type Point = readonly [x: number, y: number];

/** One axis: its name and both ends. */
export interface Side {
  readonly label: string;
  readonly domain: readonly [low: number, high: number];
}

/** The points that one series went through. */
export interface Way {
  readonly series: Series;
  readonly points: readonly Point[];
  /** The symbol that makes it what it is, marked with it. */
  readonly symbol?: string;
}

export interface SurfaceChart {
  /** Of the page's charts this one; its clipping has that name. */
  readonly id: string;
  /** What it shows, for those who hear it. */
  readonly label: string;
  /** The function; keep it, and its contours are drawn once for each size. */
  readonly value: Surface;
  readonly x: Side;
  readonly y: Side;
  readonly ways: readonly Way[];
  readonly start?: Point;
  readonly minima?: readonly Point[];
  /** Markup between contours and ways: a box, an arrow. */
  readonly between?: (x: Scale, y: Scale) => Markup;
}

/** Ways of more steps have no dots: they would be a line. */
const mostDots = 120;
/** Pixels beyond the edge from which on it does not matter how far. */
const beyond = 1e5;

/** Where the values of a chart lie in a drawing of `width` by `height` pixels. */
export function surfaceScales(
  { x, y }: Pick<SurfaceChart, "x" | "y">,
  width: number,
  height: number,
) {
  const [left, right, top, bottom] = [56, width - 12, 30, height - 42];
  return {
    ...{ left, right, top, bottom },
    x: scaleLinear(x.domain, [left, right]),
    y: scaleLinear(y.domain, [bottom, top]),
  };
}

/** A chart as SVG, of `width` by `height` pixels. */
export function surfaceChart(chart: SurfaceChart, width: number, height: number): Markup {
  const frame = surfaceScales(chart, width, height);
  const { x, y, left, right, top, bottom } = frame;
  const axis = ({ label }: Side) => ({ label, log: false, format: "number" }) as const;
  const axes = axesOf({
    ...frame,
    figure: { x: axis(chart.x), y: axis(chart.y) },
    view: { focus: null },
  });
  const clip = `clip-${chart.id}`;
  return markup`<svg class="chart" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${chart.label}">
<clipPath id="${clip}"><rect x="${left}" y="${top}" width="${right - left}" height="${bottom - top}"/></clipPath>
<g clip-path="url(#${clip})">${keptContours(chart.value, x, y)}</g>
${axes}<g clip-path="url(#${clip})">${chart.between?.(x, y) ?? null}${chart.ways.map((way) => wayMarkup(way, x, y))}${(chart.minima ?? []).map((each) => crossMarkup(each, x, y))}${chart.start !== undefined && startMarkup(chart.start, x, y)}</g>
${chart.start !== undefined && startName(chart.start, x, y)}</svg>`;
}

const kept = new WeakMap<Surface, Map<string, Markup>>();

/** Contours, which take longer than all else of a chart that moves. */
function keptContours(value: Surface, x: Scale, y: Scale): Markup {
  const key = [x.domain(), x.range(), y.domain(), y.range()].join();
  const known = kept.get(value) ?? new Map<string, Markup>();
  kept.set(value, known);
  const found = known.get(key) ?? contoursOf(value, x, y);
  return known.set(key, found) && found;
}

/** How a long way is drawn, which crosses itself. */
const faint = markup` style="stroke-width:1;stroke-opacity:0.75"`;

export function wayMarkup(
  { series: { color, dash }, points, symbol }: Way,
  x: Scale,
  y: Scale,
): Markup {
  const near = (pixels: number) => Math.min(Math.max(pixels, -beyond), beyond);
  const inside = points
    .filter((place) => place.every(Number.isFinite))
    .map(([across, up]): Pixel => [near(x(across)), near(y(up))]);
  const way = inside.length === 0 ? "" : pathThrough(inside);
  const isLong = inside.length > mostDots;
  return markup`<g class="series" style="--color:${color}"><path class="line"${symbolOf(symbol)}${isLong && faint} d="${way}" stroke-dasharray="${dash}"/>${!isLong && stepsMarkup(inside)}</g>`;
}

/** A dot for each step; one path has them all, for an element each would be most of a page. */
function stepsMarkup(places: readonly Point[]): Markup {
  const dots = places.map(([across, down]) => `M${tidy(across)},${tidy(down)}h0`);
  return markup`<path class="steps" d="${dots.join("")}"/>`;
}

const at = ([x, y]: Point, toX: Scale, toY: Scale): Point => [tidy(toX(x)), tidy(toY(y))];

function crossMarkup(place: Point, x: Scale, y: Scale): Markup {
  const [atX, atY] = at(place, x, y);
  return markup`<path class="minimum" style="fill:none;stroke:var(--ink);stroke-width:1.6" d="M${tidy(atX - 7)},${atY}h14m-7,-7v14"/>`;
}

function startMarkup(place: Point, x: Scale, y: Scale): Markup {
  const [atX, atY] = at(place, x, y);
  return markup`<circle class="start" cx="${atX}" cy="${atY}" r="4.5" style="fill:var(--paper);stroke:var(--ink);stroke-width:1.6"/>`;
}

function startName(place: Point, x: Scale, y: Scale): Markup {
  const [atX, atY] = at(place, x, y);
  return markup`<text class="halo" x="${atX + 9}" y="${atY - 8}">start</text>`;
}
