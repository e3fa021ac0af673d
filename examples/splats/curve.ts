// The curve of quality: decibels against steps, for this fit and the one before. Marks show where a setting was changed.
import { scaleLinear } from "d3-scale";
import { line } from "d3-shape";

export interface Point {
  readonly step: number;
  readonly decibels: number;
}

export interface Mark {
  readonly step: number;
  readonly text: string;
}

const margin = { top: 18, right: 12, bottom: 34, left: 40 };

/** An SVG element with attributes. */
function svg(name: string, attributes: Record<string, string | number>, text = ""): SVGElement {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, String(value));
  }
  element.textContent = text;
  return element;
}

/** The range of the points in decibels, rounded out to multiples of five. */
function range(points: readonly Point[]): [number, number] {
  const all = points.map(({ decibels }) => decibels);
  const [low, high] = [Math.min(...all, 20), Math.max(...all, 25)];
  return [5 * Math.floor(low / 5), 5 * Math.ceil(high / 5)];
}

export class Curve {
  readonly #chart: SVGSVGElement;
  #points: Point[] = [];
  #earlier: Point[] = [];
  #marks: Mark[] = [];

  constructor(chart: SVGSVGElement) {
    this.#chart = chart;
    new ResizeObserver(() => this.#draw()).observe(chart);
  }

  /** Begins a new curve. The previous one stays in the background. */
  begin(): void {
    this.#earlier = this.#points.length > 1 ? this.#points : this.#earlier;
    [this.#points, this.#marks] = [[], []];
    this.#draw();
  }

  add(point: Point): void {
    this.#points.push(point);
    this.#draw();
  }

  mark(mark: Mark): void {
    this.#marks = [...this.#marks.filter(({ step }) => step !== mark.step), mark];
    this.#draw();
  }

  #draw(): void {
    const { width, height } = this.#chart.getBoundingClientRect();
    const shown = [...this.#points, ...this.#earlier];
    const longest = Math.max(100, ...shown.map(({ step }) => step));
    const x = scaleLinear([0, longest], [margin.left, width - margin.right]);
    const y = scaleLinear(range(shown), [height - margin.bottom, margin.top]);
    const draw = line<Point>(
      ({ step }) => x(step),
      ({ decibels }) => y(decibels),
    );
    const [left, right, bottom] = [margin.left, width - margin.right, height - margin.bottom];
    const text = (at: readonly [number, number], anchor: string, content: string) =>
      svg("text", { x: at[0], y: at[1], "text-anchor": anchor }, content);
    this.#chart.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.#chart.replaceChildren(
      ...y
        .ticks(4)
        .flatMap((tick) => [
          svg("line", { x1: left, x2: right, y1: y(tick), y2: y(tick), class: "grid" }),
          text([left - 8, y(tick) + 4], "end", String(tick)),
        ]),
      ...x
        .ticks(5)
        .map((tick) => text([x(tick), bottom + 16], "middle", tick.toLocaleString("en"))),
      text([left, margin.top - 6], "start", "dB"),
      text([right, height - 2], "end", "steps"),
      ...this.#marks.flatMap(({ step, text: content }, i) => [
        svg("line", { x1: x(step), x2: x(step), y1: margin.top, y2: bottom, class: "mark" }),
        x(step) > width / 2
          ? text([x(step) - 4, bottom - 6 - 14 * (i % 3)], "end", content)
          : text([x(step) + 4, bottom - 6 - 14 * (i % 3)], "start", content),
      ]),
      svg("path", { d: draw(this.#earlier) ?? "", class: "earlier" }),
      svg("path", { d: draw(this.#points) ?? "", class: "curve" }),
    );
  }
}
