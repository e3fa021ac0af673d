/** The ways of the methods over the contours of their function. */
import { scaleLinear } from "d3-scale";
import { line } from "d3-shape";
import { axesOf, tidy } from "../../../charts/axes.ts";
import type { Series } from "../../../charts/figure.ts";
import type { Scale } from "../../../charts/layout.ts";
import { type Markup, markup } from "../../../charts/markup.ts";
import { contoursOf } from "./contours.ts";
import type { Minimized } from "./minimized.ts";
import type { Run } from "./run.ts";
import { viewOf } from "./view.ts";

const [width, height] = [1080, 560];
/** Ways of more steps have no dots: they would be a line. */
const mostDots = 120;
/** Pixels beyond the edge from which on it does not matter how far. */
const beyond = 1e5;

/** A chart as SVG, as wide as the page. */
export function pathsChart(found: Minimized, series: readonly Series[]): Markup {
  const [left, right, top, bottom] = [56, width - 12, 30, height - 42];
  const view = viewOf(found);
  const x = scaleLinear(view.x, [left, right]);
  const y = scaleLinear(view.y, [bottom, top]);
  const { problem, runs, bounds } = found;
  const [first, second] = problem.unknowns as [string, string];
  const axis = (label: string) => ({ label, log: false, format: "number" }) as const;
  const axes = axesOf({
    figure: { x: axis(first), y: axis(second) },
    view: { focus: null },
    ...{ x, y, left, right, top, bottom },
  });
  const at = (place: readonly number[]) => [tidy(x(place[0]!)), tidy(y(place[1]!))] as const;
  const [startX, startY] = at(problem.start);
  const minima = problem.minima.map((place) => {
    const [atX, atY] = at(place);
    return markup`<path class="minimum" style="fill:none;stroke:var(--ink);stroke-width:1.6" d="M${tidy(atX - 7)},${atY}h14m-7,-7v14"/>`;
  });
  return markup`<svg class="chart" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="The ways of the methods over ${first} and ${second}">
<clipPath id="clip-paths"><rect x="${left}" y="${top}" width="${right - left}" height="${bottom - top}"/></clipPath>
<g clip-path="url(#clip-paths)">${contoursOf(problem, view, x, y)}</g>
${axes}<g clip-path="url(#clip-paths)">${bounds !== undefined && boxMarkup(bounds, x, y)}${runs.map((run, i) => wayMarkup(run, series[i]!, x, y))}${minima}
<circle class="start" cx="${startX}" cy="${startY}" r="4.5" style="fill:var(--paper);stroke:var(--ink);stroke-width:1.6"/></g>
<text class="halo" x="${startX + 9}" y="${startY - 8}">start</text></svg>`;
}

/** How a long way is drawn, which crosses itself. */
const faint = markup` style="stroke-width:1;stroke-opacity:0.75"`;

function wayMarkup({ path }: Run, { color, dash }: Series, x: Scale, y: Scale): Markup {
  const near = (pixels: number) => Math.min(Math.max(pixels, -beyond), beyond);
  const inside = path.filter((place) => place.every(Number.isFinite));
  const way = line<readonly number[]>()
    .x((place) => near(x(place[0]!)))
    .y((place) => near(y(place[1]!)))
    .digits(1)(inside);
  const isLong = inside.length > mostDots;
  const dots =
    !isLong &&
    inside.map(
      (place) =>
        markup`<circle class="dot" cx="${tidy(near(x(place[0]!)))}" cy="${tidy(near(y(place[1]!)))}" r="2.4"/>`,
    );
  return markup`<g class="series" style="--color:${color}"><path class="line"${isLong && faint} d="${way ?? ""}" stroke-dasharray="${dash}"/>${dots}</g>`;
}

/** The bounds, where they are within the chart. */
function boxMarkup({ lower, upper }: NonNullable<Minimized["bounds"]>, x: Scale, y: Scale): Markup {
  const within = (scale: Scale, value: number, end: number) =>
    tidy(Number.isFinite(value) ? scale(value) : end);
  const [left, right] = [within(x, lower[0]!, -beyond), within(x, upper[0]!, beyond)];
  const [bottom, top] = [within(y, lower[1]!, beyond), within(y, upper[1]!, -beyond)];
  return markup`<rect class="target" style="fill:none" x="${left}" y="${top}" width="${right - left}" height="${bottom - top}"/>`;
}
