/** The surface with the ways of the optimizers, and a start that can be dragged. */
import type { Scale } from "../../../charts/layout.ts";
import { surfaceScales } from "../../../charts/surface.ts";
import type { SurfaceBackground } from "../engine/background.ts";
import type { Colors } from "./colors.ts";
import { Layers } from "./layers.ts";
import type { RaceRecord } from "./record.ts";

/** Ways of more steps have no dots: they would be a line. */
const mostDots = 150;
/** Pixels that make no difference to a line. */
const unseen = 0.6;
/** Pixels beyond which it does not matter how far. */
const beyond = 1e5;

export type Place = readonly [x: number, y: number];

export class Field {
  readonly #layers: Layers;
  #x: Scale | undefined;
  #y: Scale | undefined;
  /** Up to which step the ways are drawn. */
  #drawn = -1;

  /** @param dragged is given the places that the pointer is moved to */
  constructor(host: HTMLElement, dragged: (place: Place) => void) {
    this.#layers = new Layers(host);
    this.#drag(host, dragged);
  }

  /** Puts contours and axes under the ways. */
  lay({ markup, view }: SurfaceBackground, width: number, height: number): void {
    const frame = surfaceScales(
      { x: { label: "x", domain: view.x }, y: { label: "y", domain: view.y } },
      width,
      height,
    );
    this.#x = frame.x;
    this.#y = frame.y;
    this.#layers.under.innerHTML = markup;
    this.#layers.resize(width, height, frame);
    this.forget();
  }

  /** The next drawing begins anew. */
  forget(): void {
    this.#drawn = -1;
  }

  draw(record: RaceRecord, shown: number, start: Place, colors: Colors): void {
    if (this.#x === undefined || this.#y === undefined) return;
    const whole = Math.floor(shown);
    const anew = this.#drawn < 0 || whole < this.#drawn;
    const from = anew ? 0 : this.#drawn;
    if (anew || whole > from) {
      this.#layers.draw(0, anew, (context) => {
        for (let entry = 0; entry < record.entries; entry++)
          this.#way(context, record, entry, from, whole, colors.series[entry]!);
      });
    }
    this.#drawn = whole;
    this.#layers.draw(1, true, (context) => {
      this.#mark(context, start, 5, colors.paper, colors.ink);
      for (let entry = 0; entry < record.entries; entry++) {
        const place = this.#between(record, entry, shown);
        if (place !== undefined) this.#mark(context, place, 5, colors.series[entry]!, colors.paper);
      }
    });
  }

  #at([x, y]: Place): Place {
    const near = (pixels: number) => Math.min(Math.max(pixels, -beyond), beyond);
    return [near(this.#x!(x)), near(this.#y!(y))];
  }

  #way(
    context: CanvasRenderingContext2D,
    record: RaceRecord,
    entry: number,
    from: number,
    to: number,
    color: string,
  ): void {
    const last = Math.min(to, record.lastOf(entry));
    if (last < from || last < 0) return;
    const place = (step: number) =>
      this.#at([record.at(entry, step, 1), record.at(entry, step, 2)]);
    context.strokeStyle = color;
    context.fillStyle = color;
    context.lineWidth = record.steps <= mostDots ? 1.8 : 1.4;
    context.beginPath();
    let [x, y] = place(from);
    context.moveTo(x, y);
    for (let step = from + 1; step <= last; step++) {
      const [nextX, nextY] = place(step);
      if (Math.abs(nextX - x) + Math.abs(nextY - y) < unseen && step < last) continue;
      [x, y] = [nextX, nextY];
      context.lineTo(x, y);
    }
    context.stroke();
    if (record.steps > mostDots) return;
    for (let step = from; step <= last; step++) {
      context.beginPath();
      context.arc(...place(step), 2.4, 0, 2 * Math.PI);
      context.fill();
    }
  }

  /** Between two steps it is on the line between their places. */
  #between(record: RaceRecord, entry: number, shown: number): Place | undefined {
    if (record.lastOf(entry) < 0) return undefined;
    const [before, after] = [Math.floor(shown), Math.ceil(shown)];
    const part = shown - before;
    const [x, y] = [1, 2].map((column) => {
      const [a, b] = [record.at(entry, before, column), record.at(entry, after, column)];
      return a + (b - a) * part;
    });
    return [x!, y!];
  }

  #mark(
    context: CanvasRenderingContext2D,
    place: Place,
    radius: number,
    fill: string,
    stroke: string,
  ): void {
    context.beginPath();
    context.arc(...this.#at(place), radius, 0, 2 * Math.PI);
    context.fillStyle = fill;
    context.strokeStyle = stroke;
    context.lineWidth = 1.6;
    context.fill();
    context.stroke();
  }

  #drag(host: HTMLElement, dragged: (place: Place) => void): void {
    const place = (event: PointerEvent): Place => {
      const box = host.getBoundingClientRect();
      const inside = (scale: Scale, pixels: number) => {
        const [a, b] = scale.domain() as [number, number];
        return Number(Math.min(b, Math.max(a, scale.invert(pixels))).toPrecision(4));
      };
      return [
        inside(this.#x!, event.clientX - box.left),
        inside(this.#y!, event.clientY - box.top),
      ];
    };
    host.classList.add("draggable");
    host.addEventListener("pointerdown", (event) => {
      if (this.#x === undefined || event.button !== 0) return;
      host.setPointerCapture(event.pointerId);
      dragged(place(event));
    });
    host.addEventListener("pointermove", (event) => {
      if (host.hasPointerCapture(event.pointerId)) dragged(place(event));
    });
  }

  /** What a picture of it is made of. */
  get layers(): Layers {
    return this.#layers;
  }
}
