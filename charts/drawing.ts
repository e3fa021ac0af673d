import { axesOf, tidy } from "./axes.ts";
import { curveMarkup } from "./curves.ts";
import type { Curve, Series } from "./figure.ts";
import { formatNumber } from "./format.ts";
import { spreadApart } from "./labels.ts";
import { heightOf, isOver, type Layout, shortened } from "./layout.ts";
import { type Markup, markup } from "./markup.ts";

const LABEL_GAP = 17;
/** A curve that ends within so many pixels of the edge was trained to the end. */
const ARRIVED = 12;

/** A chart as SVG. It needs no DOM: it is used to make the page, and in the browser to draw it again. */
export function drawingOf(layout: Layout, series: readonly Series[]): Markup {
  const { figure, view, left, right, top, bottom } = layout;
  const focus = view.focus;
  const clip = `clip-${figure.id}-${focus ?? "all"}`;
  const name = focus === null ? "" : `${series[focus]!.label}: `;
  const curves = layout.curves.toSorted(
    (a, b) => Number(a.series === focus) - Number(b.series === focus),
  );
  return markup`<svg class="chart" viewBox="0 0 ${view.width} ${view.height}" width="${view.width}" height="${view.height}" role="img" tabindex="0" aria-label="${name}${figure.y.label} against ${figure.x.label}; arrow keys read the values"${focus === null ? null : markup` data-focus="${focus}"`}>
<clipPath id="${clip}"><rect x="${left}" y="${top - 1}" width="${right - left}" height="${bottom - top + 1}"/></clipPath>
${axesOf(layout)}
${curves.map((curve) => curveMarkup(layout, curve, series[curve.series]!, clip))}
${targetLine(layout)}${view.labels ? endLabels(layout, series) : null}<g class="cursor"></g></svg>`;
}

function targetLine(layout: Layout): Markup | null {
  const { figure, left, right, view } = layout;
  const [low, high] = layout.y.domain() as [number, number];
  if (figure.target === null || figure.target < low || figure.target > high) return null;
  const at = tidy(layout.y(figure.target));
  const name = markup`<text class="tick halo" x="${left + 8}" y="${at + 15}">target ${formatNumber(figure.target)}</text>`;
  return markup`<line class="target" x1="${left}" x2="${right}" y1="${at}" y2="${at}"/>${view.labels ? name : null}`;
}

/** The names of the curves, each at the end of its curve. */
function endLabels(layout: Layout, series: readonly Series[]): readonly Markup[] {
  const curves = layout.curves.filter((curve) => curve.x.length > 0);
  const arrived = (curve: Curve) => layout.right - layout.x(curve.x.at(-1)!) < ARRIVED;
  return [
    ...tiedLabels(layout, series, curves.filter(arrived)),
    ...stoppedLabels(
      layout,
      series,
      curves.filter((curve) => !arrived(curve)),
    ),
  ];
}

/** Names at the edge, moved apart, each connected to its curve by a thin line. */
function tiedLabels(
  { y, top, right, bottom }: Layout,
  series: readonly Series[],
  curves: readonly Curve[],
): readonly Markup[] {
  const ends = curves.map((curve) => y(curve.median.at(-1)!));
  const wanted = ends.map((end) => Math.max(top, Math.min(bottom, end)));
  return spreadApart(wanted, LABEL_GAP, top, bottom).map((placed, i) => {
    const at = tidy(placed.at);
    const tie = markup`<path class="tie" d="M${right + 2},${tidy(placed.wanted)}H${right + 4}L${right + 14},${at}"/>`;
    return nameOf(curves[i]!, series, right + 18, at, tie);
  });
}

/** Names of curves that stop early, at their last point or where they leave the chart. */
function stoppedLabels(
  layout: Layout,
  series: readonly Series[],
  curves: readonly Curve[],
): readonly Markup[] {
  const ends = curves.map((curve) => {
    const left = curve.median.findIndex((value) => isOver(layout.figure, value));
    const i = left === -1 ? curve.x.length - 1 : left;
    return { x: layout.x(curve.x[i]!), y: heightOf(layout, curve.median[i]!) };
  });
  const heights = ends.map((end) => end.y);
  const placed = spreadApart(heights, LABEL_GAP, layout.top + 8, layout.bottom);
  return placed.map(({ at }, i) =>
    nameOf(curves[i]!, series, tidy(ends[i]!.x + 8), tidy(at), null),
  );
}

function nameOf(
  curve: Curve,
  series: readonly Series[],
  x: number,
  y: number,
  tie: Markup | null,
): Markup {
  const { label, color } = series[curve.series]!;
  return markup`<g class="series name" data-series="${curve.series}" style="--color:${color}">${tie}<text class="halo" x="${x}" y="${y}" dy="0.32em">${shortened(label)}</text></g>`;
}
