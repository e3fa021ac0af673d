/** The end values of one optimizer at nine learning rates. */
import { formatNumber } from "../../../charts/format.ts";
import { type Markup, markup } from "../../../charts/markup.ts";
import { styleOf } from "../../../charts/palette.ts";
import { type Plot, plotOf } from "../../../charts/plot.ts";
import { bestOf, type Tried } from "../engine/tried.ts";

/** Values further above the lowest are marked at the upper edge. */
const ceiling = 1e6;
const smallest = 1e-22;

export interface SweepView {
  readonly plot: Plot;
  readonly markup: Markup;
}

/** @param rate the learning rate that the optimizer has now */
export function sweepView(
  tried: readonly Tried[],
  reference: number,
  {
    label,
    position,
    rate,
    width,
  }: { label: string; position: number; rate: number; width: number },
): SweepView {
  const over = tried.map(({ value }) =>
    value === null ? null : Math.max(value - reference, smallest),
  );
  const finite = over.filter((value) => value !== null);
  const best = bestOf(tried);
  const least = best === undefined ? 1 : Math.min(...finite);
  const x = tried.map((each) => each.rate);
  const plot = plotOf(
    {
      id: "sweep",
      x: { label: "learning rate", log: true, format: "number" },
      y: { label: "value at the end, over the least", log: true, format: "number" },
      curves: [
        {
          ...{ series: 0, x, median: over, low: over, high: over },
          chosen: x.indexOf(rate),
        },
      ],
      points: true,
      target: null,
      ceiling: Math.max(least * ceiling, smallest * ceiling, 1),
    },
    [{ label, ...styleOf(position), dash: "none" }],
    width,
    new Set(),
    "overlay",
  );
  const says =
    best === undefined
      ? "It diverges at each of these rates; try smaller ones."
      : `The best of nine is ${formatNumber(best.rate, 2)}, which ends at ${formatNumber(best.value!, 3)}.`;
  const use =
    best !== undefined &&
    best.rate !== rate &&
    markup` <button type="button" data-rate="${best.rate}">Use ${formatNumber(best.rate, 2)}</button>`;
  return {
    plot,
    markup: markup`<div class="plot">${plot.markup}</div><p class="note">${says}${use}</p>`,
  };
}
