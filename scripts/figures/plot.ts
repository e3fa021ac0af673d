/** Draws a chart as a separate SVG file, in the style of the reports. */
import { axesOf, tidy } from "../../charts/axes.ts";
import { curveMarkup } from "../../charts/curves.ts";
import type { AxisFacts, Curve, Series } from "../../charts/figure.ts";
import { spreadApart } from "../../charts/labels.ts";
import { heightOf, type Layout, layoutOf } from "../../charts/layout.ts";
import { Markup, markup } from "../../charts/markup.ts";
import { BACKGROUND, DARK, LIGHT, styleOf } from "../../charts/palette.ts";

export interface Line {
  readonly label: string;
  readonly x: readonly number[];
  /** Infinity if it diverged. */
  readonly y: readonly number[];
}

export interface PlotOptions {
  /** The description for screen readers. */
  readonly title: string;
  readonly x: AxisFacts;
  readonly y: AxisFacts;
  readonly lines: readonly Line[];
  /** Whether each value gets a marker. Default: true. */
  readonly points?: boolean;
  /** Values above it are marked at the upper edge. Default: none. */
  readonly ceiling?: number;
}

const [WIDTH, HEIGHT, MARGIN] = [760, 400, 20];
const LABEL_GAP = 17;

const colors = (palette: readonly string[]) =>
  palette.map((color, i) => `--series-${i}:${color}`).join(";");

/** An image has no page around it, so it defines its own colours and background, for light and dark. */
const STYLE = `
svg{--paper:${BACKGROUND.light};--ink:#1d1f23;--soft:#5c6168;--hair:#e7e8ea;--rule:#c4c7cc;${colors(LIGHT)}}
@media (prefers-color-scheme:dark){svg{--paper:${BACKGROUND.dark};--ink:#e4e6ea;--soft:#9aa0a8;--hair:#2a2d34;--rule:#444953;${colors(DARK)}}}
text{fill:var(--soft);font:12px Inter,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}
.paper{fill:var(--paper)}.title{fill:var(--ink)}.grid{stroke:var(--hair)}.base,.mark{stroke:var(--rule)}
.line{fill:none;stroke:var(--color);stroke-width:1.9;stroke-linejoin:round}.band{display:none}.chart .band{display:inline;fill:var(--color);opacity:.16}
.dot{fill:var(--color)}.over{fill:var(--paper);stroke:var(--color);stroke-width:1.6}
.tie{fill:none;stroke:var(--color);opacity:.55}.name text{fill:var(--color);font-size:13px;font-weight:550}
`;

export function plot({ title, x, y, lines, points = true, ceiling }: PlotOptions): string {
  const series = lines.map(({ label }, i): Series => ({ label, ...styleOf(i) }));
  const view = {
    width: WIDTH,
    height: HEIGHT,
    hidden: new Set<number>(),
    focus: null,
    labels: true,
  };
  const curves = lines.map(curveOf);
  const layout = layoutOf(
    // The id is only used in a report.
    { id: "sweep", x, y, curves, points, target: null, ceiling: ceiling ?? null },
    view,
    lines.map(({ label }) => label),
  );
  const { left, right, top, bottom } = layout;
  return sheet(
    title,
    markup`<clipPath id="plot"><rect x="${left}" y="${top - 1}" width="${right - left}" height="${bottom - top + 1}"/></clipPath>
${axesOf(layout)}
${layout.curves.map((curve) => curveMarkup(layout, curve, series[curve.series]!, "plot"))}
${namesOf(layout, series)}`,
  );
}

/**
 * A picture as an SVG file.
 *
 * @param title for screen readers
 * @param inner the drawing, in pixels from its upper left corner
 */
export function sheet(
  title: string,
  inner: Markup,
  [w, h]: readonly number[] = [WIDTH, HEIGHT],
): string {
  const [width, height] = [w! + 2 * MARGIN, h! + 2 * MARGIN];
  return `${
    markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="${-MARGIN} ${-MARGIN} ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${title}">
<style>${new Markup(STYLE)}</style>
<rect class="paper" x="${-MARGIN}" y="${-MARGIN}" width="${width}" height="${height}" rx="8"/>
${inner}</svg>`.text
  }\n`;
}

function curveOf({ x, y }: Line, series: number): Curve {
  const values = y.map((value) => (Number.isFinite(value) ? Number(value.toPrecision(5)) : null));
  return { series, x, median: values, low: values, high: values, chosen: -1 };
}

/** The names of the lines, each connected to the line's end. */
function namesOf(layout: Layout, series: readonly Series[]): readonly Markup[] {
  const { right, top, bottom } = layout;
  const ends = layout.curves.map((curve) => heightOf(layout, curve.median.at(-1)!));
  return spreadApart(ends, LABEL_GAP, top, bottom).map(({ at }, i) => {
    const { label, color } = series[i]!;
    const tie = `M${right + 2},${tidy(ends[i]!)}H${right + 4}L${right + 14},${tidy(at)}`;
    return markup`<g class="name" style="--color:${color}"><path class="tie" d="${tie}"/><text x="${right + 18}" y="${tidy(at)}" dy="0.32em">${label}</text></g>`;
  });
}
