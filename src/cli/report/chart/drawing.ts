import type { Series } from "../figure.ts";
import { formatNumber } from "../format.ts";
import { type Markup, markup } from "../markup.ts";
import { axesOf, tidy } from "./axes.ts";
import { curveMarkup } from "./curves.ts";
import { spreadApart } from "./labels.ts";
import type { Layout } from "./layout.ts";

const LABEL_GAP = 17;

/** A chart as SVG. It needs no DOM: the page is made with it, and drawn again by it in the browser. */
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

/** The names of the curves at their ends, moved apart, each tied to its curve by a thin line. */
function endLabels(layout: Layout, series: readonly Series[]): readonly Markup[] {
  const { right, top, bottom } = layout;
  const curves = layout.curves.filter((curve) => curve.x.length > 0);
  const ends = curves.map((curve) => layout.y(curve.median.at(-1)!));
  const wanted = ends.map((end) => Math.max(top, Math.min(bottom, end)));
  const placed = spreadApart(wanted, LABEL_GAP, top, bottom);
  return curves.map((curve, i) => {
    const { label, color } = series[curve.series]!;
    const end = layout.x(curve.x.at(-1)!);
    const at = tidy(placed[i]!.at);
    const tie = `M${tidy(end + 2)},${tidy(wanted[i]!)}L${right + 4},${tidy(wanted[i]!)}L${right + 14},${at}`;
    return markup`<g class="series name" data-series="${curve.series}" style="--color:${color}"><path class="tie" d="${tie}"/><text x="${right + 18}" y="${at}" dy="0.32em">${label}</text></g>`;
  });
}
