/** A number of each optimizer against steps: its value, or what else a ground has. */
import { scaleLinear, scaleLog } from "d3-scale";
import { axesOf } from "../../../charts/axes.ts";
import type { Scale } from "../../../charts/layout.ts";
import { markup } from "../../../charts/markup.ts";
import type { Colors } from "./colors.ts";
import { Layers } from "./layers.ts";
import type { RaceRecord } from "./record.ts";

/** Below so much of the greatest value there is rounding; over the lowest that was seen, which is not the least, that is nearer. */
const smallest = { known: 1e-18, seen: 1e-12 };
/** Values of more times the start's are over the edge: a curve that leaves says that it diverges. */
const ceiling = 30;

/** Which number it is, and how it is drawn. */
export interface Measure {
  readonly column: number;
  /** A share from 0 to 1, or a value that is drawn by how far it is over the least, on a logarithmic axis. */
  readonly isShare: boolean;
}

export const valueMeasure: Measure = { column: 0, isShare: false };

export class Values {
  readonly #layers: Layers;
  readonly #measure: Measure;
  #x: Scale | undefined;
  #y: Scale | undefined;
  #reference = 0;
  #least = 0;
  #drawn = -1;

  constructor(host: HTMLElement, measure: Measure) {
    this.#layers = new Layers(host);
    this.#measure = measure;
  }

  #at(record: RaceRecord, entry: number, step: number): number {
    return record.at(entry, step, this.#measure.column);
  }

  /** Axes for all that is known of a race. */
  lay(record: RaceRecord, height: number): void {
    const { width } = this.#layers;
    const { isShare, column } = this.#measure;
    this.#reference = isShare ? 0 : record.reference;
    const [low, high] = isShare ? ([0, 1] as const) : this.#ends(record);
    this.#least = low;
    const [left, right, top, bottom] = [52, width - 12, 30, height - 42];
    this.#x = scaleLinear([0, Math.max(1, record.steps)], [left, right]);
    this.#y = (isShare ? scaleLinear : scaleLog)([low, high], [bottom, top]);
    const named = record.facts.columns[column]!;
    const over = record.facts.least === undefined ? "over the lowest" : "over the least";
    const name = this.#reference === 0 ? named : `${named} ${over}`;
    const axes = axesOf({
      ...{ left, right, top, bottom, x: this.#x, y: this.#y },
      figure: {
        x: { label: "step", log: false, format: "integer" },
        y: { label: name, log: !isShare, format: isShare ? "percent" : "number" },
      },
      view: { focus: null },
    });
    this.#layers.under.innerHTML =
      markup`<svg class="chart" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${name} of each optimizer against steps">${axes}</svg>`.text;
    this.#layers.resize(width, height, { left, right, top, bottom });
    this.#drawn = -1;
  }

  #ends(record: RaceRecord): readonly [number, number] {
    let [low, high] = [Number.POSITIVE_INFINITY, 0];
    for (let entry = 0; entry < record.entries; entry++) {
      const most = ceiling * (this.#at(record, entry, 0) - this.#reference);
      for (let step = 0; step <= record.lastOf(entry); step++) {
        const value = this.#at(record, entry, step) - this.#reference;
        if (value > 0) low = Math.min(low, value);
        high = Math.max(high, Math.min(value, most));
      }
    }
    if (!(high > 0)) return [0.1, 1];
    const rounding = record.facts.least === undefined ? smallest.seen : smallest.known;
    const least = Math.min(Math.max(low, rounding * high), high / 4);
    return [least / 1.5, high * 1.3];
  }

  draw(record: RaceRecord, shown: number, colors: Colors): void {
    if (this.#x === undefined || this.#y === undefined) return;
    const [x, y] = [this.#x, this.#y];
    const height = (entry: number, step: number) =>
      y(Math.max(this.#at(record, entry, step) - this.#reference, this.#least));
    const whole = Math.floor(shown);
    const anew = this.#drawn < 0 || whole < this.#drawn;
    const from = anew ? 0 : this.#drawn;
    this.#layers.draw(0, anew, (context) => {
      context.lineWidth = 1.8;
      for (let entry = 0; entry < record.entries; entry++) {
        const last = Math.min(whole, record.lastOf(entry));
        if (last <= from) continue;
        context.strokeStyle = colors.series[entry]!;
        context.beginPath();
        this.#curve(context, (step) => height(entry, step), from, last);
        context.stroke();
      }
    });
    this.#drawn = whole;
    this.#layers.draw(1, true, (context) => {
      for (let entry = 0; entry < record.entries; entry++) {
        const last = Math.min(whole, record.lastOf(entry));
        if (last < 0) continue;
        context.beginPath();
        context.arc(x(last), height(entry, last), 3.5, 0, 2 * Math.PI);
        context.fillStyle = colors.series[entry]!;
        context.fill();
      }
    });
  }

  /** Of steps that share a pixel the lowest and the highest are drawn. */
  #curve(
    context: CanvasRenderingContext2D,
    height: (step: number) => number,
    from: number,
    last: number,
  ): void {
    const x = this.#x!;
    const shared = Math.max(1, Math.floor(1 / (x(1) - x(0))));
    context.moveTo(x(from), height(from));
    for (let step = from + 1; step <= last; step += shared) {
      let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      const end = Math.min(step + shared - 1, last);
      for (let each = step; each <= end; each++) {
        low = Math.min(low, height(each));
        high = Math.max(high, height(each));
      }
      if (high > low) context.lineTo(x(end), high);
      context.lineTo(x(end), low);
      if (height(end) > low) context.lineTo(x(end), height(end));
    }
  }

  get layers(): Layers {
    return this.#layers;
  }
}
