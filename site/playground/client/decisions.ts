/** What each optimizer's network decides over the plane, a square for each, with the points that it learns from. */
import type { DecisionBackground } from "../engine/background.ts";
import type { Colors } from "./colors.ts";
import { Layers } from "./layers.ts";
import type { RaceRecord } from "./record.ts";

/** Pixels between squares, and above each for its name. */
const [gap, head] = [14, 24];

interface Square {
  readonly left: number;
  readonly top: number;
}

interface Arrangement {
  readonly size: number;
  readonly height: number;
  readonly squares: readonly Square[];
}

/** Squares side by side, as large as a height allows that is not to be exceeded. */
function arranged(count: number, width: number, highest: number): Arrangement {
  const sizes = Array.from({ length: count }, (_, i) => {
    const [columns, rows] = [i + 1, Math.ceil(count / (i + 1))];
    const across = (width - gap * (columns - 1)) / columns;
    const down = (highest - gap * (rows - 1)) / rows - head;
    return Math.floor(Math.min(across, down));
  });
  const size = Math.max(20, ...sizes);
  const columns = sizes.indexOf(Math.max(...sizes)) + 1;
  const rows = Math.ceil(count / columns);
  return {
    size,
    height: rows * (head + size) + (rows - 1) * gap,
    squares: Array.from({ length: count }, (_, i) => ({
      left: (i % columns) * (size + gap),
      top: head + Math.floor(i / columns) * (size + gap + head),
    })),
  };
}

export class Decisions {
  readonly #layers: Layers;
  readonly #cell = document.createElement("canvas");
  #facts: DecisionBackground | undefined;
  #arrangement: Arrangement | undefined;

  constructor(host: HTMLElement) {
    this.#layers = new Layers(host);
  }

  get layers(): Layers {
    return this.#layers;
  }

  /** @param count how many networks there are */
  lay(facts: DecisionBackground, count: number, width: number, highest: number): void {
    this.#facts = facts;
    this.#arrangement = arranged(count, width, highest);
    const { height } = this.#arrangement;
    this.#cell.width = facts.cells;
    this.#cell.height = facts.cells;
    this.#layers.under.textContent = "";
    this.#layers.resize(width, height, { left: 6, right: width - 6, top: 6, bottom: height - 6 });
  }

  forget(): void {
    // All of it is drawn for each frame.
  }

  draw(record: RaceRecord, shown: number, labels: readonly string[], colors: Colors): void {
    const [facts, arrangement] = [this.#facts, this.#arrangement];
    if (facts === undefined || arrangement === undefined) return;
    const { size, squares } = arrangement;
    const step = Math.floor(shown);
    this.#layers.draw(1, true, (context) => {
      // A race of fewer or more may still be on its way.
      squares.slice(0, record.entries).forEach(({ left, top }, entry) => {
        const picture = record.pictureAt(entry, step);
        const share = record.at(entry, step, 1);
        const square = { left, top, size };
        this.#name(context, labels[entry] ?? "", share, colors, entry, square);
        if (picture === undefined) return;
        this.#fill(picture, facts.cells, colors);
        context.drawImage(this.#cell, left, top, size, size);
        this.#points(context, facts, colors, left, top, size);
      });
    });
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

  /** The name over a square, and at its end the share of points that are right. */
  #name(
    context: CanvasRenderingContext2D,
    label: string,
    share: number,
    colors: Colors,
    entry: number,
    { left, top, size }: Square & { readonly size: number },
  ): void {
    context.fillStyle = colors.series[entry]!;
    context.fillRect(left, top - 12, 14, 3);
    context.fillStyle = colors.ink;
    context.font = "13px system-ui, sans-serif";
    const percent = Number.isFinite(share) ? `${Math.round(100 * share)} %` : "";
    const wide = context.measureText(percent).width;
    context.fillText(percent, left + size - wide, top - 7);
    // A name that is too long is drawn narrower.
    context.fillText(label, left + 20, top - 7, Math.max(10, size - 28 - wide));
  }
}
