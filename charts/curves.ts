import { area, line } from "d3-shape";
import { tidy } from "./axes.ts";
import type { Curve, Series } from "./figure.ts";
import { heightOf, isOver, type Layout } from "./layout.ts";
import { type Markup, markup } from "./markup.ts";

/** One series: its band, its line and its markers. CSS gives the group its colour. */
export function curveMarkup(layout: Layout, curve: Curve, series: Series, clip: string): Markup {
  const { focus } = layout.view;
  const backdrop = focus !== null && focus !== curve.series;
  const kind = backdrop ? "series backdrop" : "series";
  const band = backdrop ? null : markup`<path class="band" d="${bandPath(layout, curve)}"/>`;
  const path = markup`<path class="line" d="${linePath(layout, curve)}" stroke-dasharray="${focus === null ? series.dash : "none"}"/>`;
  return markup`<g class="${kind}" data-series="${curve.series}" style="--color:${series.color}"><g clip-path="url(#${clip})">${band}${path}</g>${backdrop ? null : markers(layout, curve)}</g>`;
}

function indexes(curve: Curve): number[] {
  return curve.x.map((_, i) => i);
}

function linePath(layout: Layout, curve: Curve): string {
  const over = (i: number) => isOver(layout.figure, curve.median[i] ?? null);
  const path = line<number>()
    // A line up to the edge shows where it diverges; one along the edge shows nothing.
    .defined((i) => !layout.figure.points || !over(i) || !over(i - 1) || !over(i + 1))
    .x((i) => layout.x(curve.x[i]!))
    .y((i) =>
      layout.figure.points ? heightOf(layout, curve.median[i]!) : layout.y(curve.median[i]!),
    )
    .digits(1);
  return path(indexes(curve)) ?? "";
}

function bandPath(layout: Layout, curve: Curve): string {
  const path = area<number>()
    .defined((i) => curve.median[i] !== null)
    .x((i) => layout.x(curve.x[i]!))
    .y0((i) => heightOf(layout, curve.low[i]!))
    .y1((i) => heightOf(layout, curve.high[i]!))
    .digits(1);
  return path(indexes(curve)) ?? "";
}

const triangle = (x: number, y: number): Markup =>
  markup`<path class="over" d="M${tidy(x)},${tidy(y - 5)}l5,8.5h-10z"/>`;

/** Marks where a line leaves the chart at its upper edge. */
function exits(layout: Layout, { x, median }: Curve): readonly Markup[] {
  const over = median.map((value) => isOver(layout.figure, value));
  return x.flatMap((_, i) => {
    if (!over[i] || over[i - 1]) return [];
    const [right, above] = [layout.x(x[i]!), layout.y(median[i]!)];
    if (i === 0) return [triangle(right, layout.top)];
    const [left, below] = [layout.x(x[i - 1]!), layout.y(median[i - 1]!)];
    const share = (below - layout.top) / (below - above);
    return [triangle(left + (right - left) * share, layout.top)];
  });
}

function markers(layout: Layout, curve: Curve): readonly Markup[] {
  if (!layout.figure.points) return exits(layout, curve);
  return curve.x.map((x, i) => {
    const at = [tidy(layout.x(x)), tidy(heightOf(layout, curve.median[i]!))] as const;
    if (isOver(layout.figure, curve.median[i]!)) return triangle(...at);
    const radius = layout.view.focus === null ? 2.8 : 2.2;
    const dot = markup`<circle class="dot" cx="${at[0]}" cy="${at[1]}" r="${radius}"/>`;
    if (i !== curve.chosen) return dot;
    return markup`<circle class="chosen" cx="${at[0]}" cy="${at[1]}" r="${radius + 3.4}"/>${dot}`;
  });
}
