import { capital } from "../../../../charts/axes.ts";
import type { Series } from "../../../../charts/figure.ts";
import {
  formatInteger,
  formatMeasured,
  formatNumber,
  formatPercent,
} from "../../../../charts/format.ts";
import { heightOf, type Layout } from "../../../../charts/layout.ts";
import { type Markup, markup } from "../../../../charts/markup.ts";
import { neighbourOf, placeOf, type Reading, readingsAt } from "../../../../charts/reading.ts";
import { swatch } from "../../../../charts/swatch.ts";
import { one } from "./dom.ts";

/** A chart on the page, and the data from which it was drawn. */
export interface Drawn {
  readonly layout: Layout;
  readonly series: readonly Series[];
}

/** The box with the values at one position of one chart. */
export class Readout {
  /** The chart that is being read. */
  svg: SVGSVGElement | null = null;
  /** The horizontal position in its drawing. */
  position = 0;
  readonly #box = one("#readout");

  hide(): void {
    if (this.svg !== null) one(".cursor", this.svg).replaceChildren();
    this.svg = null;
    this.#box.hidden = true;
  }

  show(svg: SVGSVGElement, drawn: Drawn, position: number): void {
    if (this.svg !== svg) this.hide();
    const readings = readingsAt(drawn.layout, position);
    if (readings.length === 0) {
      this.hide();
      return;
    }
    const x = placeOf(drawn.layout, readings, position);
    this.svg = svg;
    this.position = drawn.layout.x(x);
    one(".cursor", svg).innerHTML = cursorMarkup(drawn, readings, this.position).text;
    this.#box.innerHTML = boxMarkup(drawn, readings, x).text;
    this.#box.hidden = false;
    place(this.#box, svg, drawn.layout, this.position);
  }
}

/** Connects the pointer and the arrow keys to the values of the charts. */
export function connectReadout(readout: Readout, drawnOf: (svg: Element) => Drawn): void {
  let byKeyboard = false;
  const point = (event: PointerEvent) => {
    const svg = chartOf(event);
    if (svg === null) {
      // The values stay when a finger lifts, and disappear when a mouse leaves.
      if (event.type === "pointerdown" || (event.pointerType === "mouse" && !byKeyboard)) {
        readout.hide();
      }
      return;
    }
    byKeyboard = false;
    readout.show(svg, drawnOf(svg), toDrawing(svg, event.clientX));
  };
  document.addEventListener("pointermove", point);
  document.addEventListener("pointerdown", point);
  document.addEventListener("focusout", () => readout.hide());
  document.addEventListener("keydown", (event) => {
    const svg = chartOf(event);
    if (svg === null) return;
    if (event.key === "Escape") readout.hide();
    const direction = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (direction === 0) return;
    event.preventDefault();
    byKeyboard = true;
    const drawn = drawnOf(svg);
    const from = readout.svg === svg ? readout.position : drawn.layout.left - 1;
    readout.show(svg, drawn, neighbourOf(drawn.layout, from, direction));
  });
}

function chartOf(event: Event): SVGSVGElement | null {
  return event.target instanceof Element ? event.target.closest("svg.chart") : null;
}

/** Converts a horizontal position on the screen to the pixels of the drawing. */
function toDrawing(svg: SVGSVGElement, clientX: number): number {
  const box = svg.getBoundingClientRect();
  return ((clientX - box.left) / box.width) * svg.viewBox.baseVal.width;
}

function cursorMarkup({ layout, series }: Drawn, readings: readonly Reading[], at: number): Markup {
  const dots = readings.map(({ curve, index }) => {
    const cx = layout.x(curve.x[index]!).toFixed(1);
    const cy = heightOf(layout, curve.median[index]!).toFixed(1);
    return markup`<circle cx="${cx}" cy="${cy}" r="3.5" style="fill:${series[curve.series]!.color}"/>`;
  });
  return markup`<line x1="${at}" x2="${at}" y1="${layout.top}" y2="${layout.bottom}"/>${dots}`;
}

function boxMarkup({ layout, series }: Drawn, readings: readonly Reading[], x: number): Markup {
  const { figure } = layout;
  const format = figure.y.format === "percent" ? formatPercent : formatMeasured;
  const rows = readings.map(({ curve, index }) => {
    const own = series[curve.series]!;
    const [value, low, high] = [curve.median[index]!, curve.low[index]!, curve.high[index]!];
    const range =
      low !== null && high !== null && low !== high ? `${format(low)} – ${format(high)}` : "";
    return markup`<tr><td>${swatch(own)}</td><th>${own.label}</th><td>${value === null ? "diverged" : format(value)}</td><td class="range">${range}</td></tr>`;
  });
  const where = figure.x.format === "integer" ? formatInteger(x) : formatNumber(x, 3);
  return markup`<div class="at">${capital(figure.x.label)}: ${where}</div><table>${rows}</table>`;
}

/** Places the box beside the position, on the side with more room; above the chart if it would cover it. */
function place(box: HTMLElement, svg: SVGSVGElement, layout: Layout, position: number): void {
  const chart = svg.getBoundingClientRect();
  const ratio = chart.width / layout.view.width;
  const at = chart.left + position * ratio;
  const width = box.offsetWidth;
  const room = document.documentElement.clientWidth;
  const beside = at + 14 + width <= room ? at + 14 : at - 14 - width;
  box.style.left = `${Math.max(6, Math.min(room - width - 6, beside)) + window.scrollX}px`;
  const top = chart.height < 200 ? -box.offsetHeight - 2 : layout.top * ratio;
  box.style.top = `${chart.top + top + window.scrollY}px`;
}
