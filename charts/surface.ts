/** Draws trajectories over the contours of a function of two numbers. */
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

/** The points of one trajectory. */
export interface Way {
  readonly series: Series;
  readonly points: readonly Point[];
  /** The symbol that causes the trajectory; it is marked with it. */
  readonly symbol?: string;
}

export interface SurfaceChart {
  /** The chart's id on the page; its clipping path uses it. */
  readonly id: string;
  /** The description for screen readers. */
  readonly label: string;
  /** The function. Pass the same object again: its contours are then drawn only once for each size. */
  readonly value: Surface;
  readonly x: Side;
  readonly y: Side;
  readonly ways: readonly Way[];
  readonly start?: Point;
  readonly minima?: readonly Point[];
  /** Markup between contours and trajectories: a box, an arrow. */
  readonly between?: (x: Scale, y: Scale) => Markup;
}

/** Trajectories with more steps have no dots, which would look like a line. */
const mostDots = 120;
/** Coordinates are limited to so many pixels beyond the edge. */
const beyond = 1e5;

/** The scales of a chart in a drawing of `width` by `height` pixels. */
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

/** Cached contours: they take longer than the rest of an animated chart. */
function keptContours(value: Surface, x: Scale, y: Scale): Markup {
  const key = [x.domain(), x.range(), y.domain(), y.range()].join();
  const known = kept.get(value) ?? new Map<string, Markup>();
  kept.set(value, known);
  const found = known.get(key) ?? contoursOf(value, x, y);
  return known.set(key, found) && found;
}

/** The style of a long trajectory, which crosses itself. */
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

/** A dot for each step, as one path: separate elements would make up most of a page. */
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
