/** What is seen of a race: the ways on the surface, and the values against steps. */
import { type Colors, colorsOf, onTheme } from "./colors.ts";
import { Field, type Place } from "./field.ts";
import type { Host } from "./host.ts";
import { pictureOf } from "./picture.ts";
import type { RaceRecord } from "./record.ts";
import { Values } from "./values.ts";

export interface PicturesListener {
  /** The reader moves the start. */
  readonly dragged: (start: Place) => void;
  /** There is something to draw: `draw` is to be called in the next frame. */
  readonly redraw: () => void;
}

export class Pictures {
  readonly #host: Host;
  readonly #page: HTMLElement;
  readonly #listener: PicturesListener;
  readonly #field: Field;
  readonly #values: Values;
  #colors: Colors;
  /** What lies under the race now: a ground at a width. */
  #laid = "";
  #isMeasured = false;

  constructor(host: Host, page: HTMLElement, listener: PicturesListener) {
    this.#host = host;
    this.#page = page;
    this.#listener = listener;
    this.#colors = colorsOf(page);
    const plot = page.querySelector<HTMLElement>(".field .plot")!;
    this.#field = new Field(plot, listener.dragged);
    this.#values = new Values(page.querySelector<HTMLElement>(".values .plot")!);
    new ResizeObserver(() => this.lay()).observe(plot);
    onTheme(() => {
      this.#colors = colorsOf(this.#page);
      this.forget();
      listener.redraw();
    });
  }

  /** All is drawn anew: another race, more of it, other colors. */
  forget(): void {
    this.#isMeasured = false;
    this.#field.forget();
  }

  /** Has what lies under the race drawn, where it is another. */
  lay(): void {
    const { width, height } = this.#field.size();
    const { state } = this.#host;
    const key = JSON.stringify([{ ...state.ground, start: 0, noise: 0 }, width]);
    if (width === 0 || key === this.#laid) return;
    this.#laid = key;
    this.#host.runner.ask("background", { state, width, height }).then(
      (background) => {
        if (key !== this.#laid) return;
        this.#field.lay(background, width, height);
        this.forget();
        this.#listener.redraw();
      },
      (error: Error) => {
        this.#laid = "";
        this.#host.say(error.message);
      },
    );
  }

  draw(record: RaceRecord, shown: number, start: Place): void {
    if (!this.#isMeasured) {
      this.#isMeasured = true;
      this.#values.lay(record, this.#field.size().height);
    }
    this.#field.draw(record, shown, start, this.#colors);
    this.#values.draw(record, shown, this.#colors);
  }

  /** As a PNG. */
  file(labels: readonly string[]): Promise<Blob> {
    return pictureOf([this.#field.layers, this.#values.layers], labels, this.#colors);
  }
}
