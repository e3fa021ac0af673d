/** What each optimizer's network decides over the plane, a square for each, with the points that it learns from. */
import type { DecisionBackground } from "../engine/background.ts";
import type { Colors } from "./colors.ts";
import { Layers } from "./layers.ts";
import type { RaceRecord } from "./record.ts";

/** Pixels between squares, and above each for its name. */
const [gap, head] = [14, 20];

interface Square {
  readonly left: number;
  readonly top: number;
}

export class Decisions {
  readonly #layers: Layers;
  readonly #cell = document.createElement("canvas");
  #facts: DecisionBackground | undefined;
  #width = 0;
  #height = 0;

  constructor(host: HTMLElement) {
    this.#layers = new Layers(host);
  }

  get layers(): Layers {
    return this.#layers;
  }

  lay(facts: DecisionBackground, width: number, height: number): void {
    this.#facts = facts;
    [this.#width, this.#height] = [width, height];
    this.#cell.width = facts.cells;
    this.#cell.height = facts.cells;
    this.#layers.under.textContent = "";
    this.#layers.resize(width, height, { left: 8, right: width - 8, top: 8, bottom: height - 8 });
  }

  forget(): void {
    // All of it is drawn for each frame.
  }

  draw(record: RaceRecord, shown: number, labels: readonly string[], colors: Colors): void {
    const facts = this.#facts;
    if (facts === undefined) return;
    const { size, squares } = this.#arranged(record.entries);
    const step = Math.floor(shown);
    this.#layers.draw(1, true, (context) => {
      squares.forEach(({ left, top }, entry) => {
        const picture = record.pictureAt(entry, step);
        this.#name(
          context,
          labels[entry] ?? "",
          colors,
          entry,
          left,
          top,
          record.at(entry, step, 1),
        );
        if (picture === undefined) return;
        this.#fill(picture, facts.cells, colors);
        context.drawImage(this.#cell, left, top, size, size);
        this.#points(context, facts, colors, left, top, size);
      });
    });
  }

  /** Squares as large as they can be side by side. */
  #arranged(count: number): { readonly size: number; readonly squares: readonly Square[] } {
    const sizes = Array.from({ length: count }, (_, i) => {
      const [columns, rows] = [i + 1, Math.ceil(count / (i + 1))];
      const across = (this.#width - gap * (columns + 1)) / columns;
      const down = (this.#height - gap) / rows - gap - head;
      return Math.min(across, down);
    });
    const size = Math.max(20, ...sizes);
    const columns = sizes.indexOf(Math.max(...sizes)) + 1;
    const squares = Array.from({ length: count }, (_, i) => ({
      left: gap + (i % columns) * (size + gap),
      top: gap + head + Math.floor(i / columns) * (size + gap + head),
    }));
    return { size, squares };
  }

  #fill(picture: Uint8Array, cells: number, { classes }: Colors): void {
    const context = this.#cell.getContext("2d")!;
    const image = context.createImageData(cells, cells);
    picture.forEach((likely, i) => {
      const share = likely / 255;
      for (let channel = 0; channel < 3; channel++) {
        const [from, to] = [classes[0][channel]!, classes[1][channel]!];
        image.data[4 * i + channel] = from + (to - from) * share;
      }
      image.data[4 * i + 3] = 255;
    });
    context.putImageData(image, 0, 0);
  }

  #points(
    context: CanvasRenderingContext2D,
    { points, reach }: DecisionBackground,
    colors: Colors,
    left: number,
    top: number,
    size: number,
  ): void {
    const at = (value: number) => ((value / reach + 1) / 2) * size;
    const radius = Math.max(1.2, size / 150);
    for (let i = 0; i < points.count; i++) {
      const [x, y] = [points.inputs[2 * i]!, points.inputs[2 * i + 1]!];
      context.fillStyle = points.labels[i] === 1 ? colors.paper : colors.ink;
      context.beginPath();
      context.arc(left + at(x), top + at(-y), radius, 0, 2 * Math.PI);
      context.fill();
    }
  }

  #name(
    context: CanvasRenderingContext2D,
    label: string,
    colors: Colors,
    entry: number,
    left: number,
    top: number,
    accuracy: number,
  ): void {
    context.fillStyle = colors.series[entry]!;
    context.fillRect(left, top - 12, 14, 3);
    context.fillStyle = colors.ink;
    context.font = "13px system-ui, sans-serif";
    const share = Number.isFinite(accuracy) ? `  ${Math.round(100 * accuracy)} %` : "";
    context.fillText(label + share, left + 20, top - 7);
  }
}
