import type { Figure, FigureData } from "../../../../charts/figure.ts";
import { type Arrangement, plotOf } from "../../../../charts/plot.ts";
import { all, one } from "./dom.ts";
import { connectLegend } from "./legend.ts";
import { connectReadout, type Drawn, Readout } from "./readout.ts";
import { connectTheme } from "./theme.ts";

/** Below this width in pixels, every optimizer gets its own chart unless the reader chose otherwise. */
const NARROW = 560;

const data: FigureData = JSON.parse(one("#figure-data").textContent);
const hidden = new Set<number>();
const readout = new Readout();
const drawn = new WeakMap<Element, Drawn>();
let chosen: Arrangement | null = null;

function arrangement(): Arrangement {
  return chosen ?? (window.innerWidth < NARROW ? "multiples" : "overlay");
}

/** The widths on paper in pixels. Charts are drawn before the page is laid out for paper. */
const PRINTED = { full: 690, half: 325 };
let printing = false;

function widthOf(plot: HTMLElement): number {
  if (!printing) return Math.max(240, Math.floor(plot.clientWidth));
  const half = arrangement() === "overlay" && plot.closest(".half") !== null;
  return PRINTED[half ? "half" : "full"];
}

function draw(element: HTMLElement, figure: Figure): void {
  const plot = one(".plot", element);
  const { markup, layouts } = plotOf(figure, data.series, widthOf(plot), hidden, arrangement());
  plot.innerHTML = markup.text;
  all("svg.chart", plot).forEach((svg, i) => {
    drawn.set(svg, { layout: layouts[i]!, series: data.series });
  });
}

function drawAll(): void {
  readout.hide();
  one(".figures").dataset["arrangement"] = arrangement();
  for (const figure of data.figures) {
    draw(one(`[data-figure="${figure.id}"]`), figure);
  }
  for (const button of all("button[data-arrangement]")) {
    button.setAttribute("aria-pressed", String(button.dataset["arrangement"] === arrangement()));
  }
}

function drawWhenResized(): void {
  let width = document.documentElement.clientWidth;
  let pending = 0;
  window.addEventListener("resize", () => {
    cancelAnimationFrame(pending);
    pending = requestAnimationFrame(() => {
      if (document.documentElement.clientWidth === width) return;
      width = document.documentElement.clientWidth;
      drawAll();
    });
  });
}

function drawForPrint(): void {
  const redraw = (forPrint: boolean) => () => {
    printing = forPrint;
    drawAll();
  };
  window.addEventListener("beforeprint", redraw(true));
  window.addEventListener("afterprint", redraw(false));
}

for (const button of all("button[data-arrangement]")) {
  button.addEventListener("click", () => {
    chosen = button.dataset["arrangement"] as Arrangement;
    drawAll();
  });
}
connectTheme();
connectLegend(hidden, drawAll);
connectReadout(readout, (svg) => drawn.get(svg)!);
drawWhenResized();
drawForPrint();
drawAll();
