/** What is seen of a race: where the optimizers are, and the values against steps. */
import type { Background } from "../engine/background.ts";
import type { GroundState } from "../state.ts";
import { type Colors, colorsOf, onTheme } from "./colors.ts";
import { Decisions } from "./decisions.ts";
import { Field, type Place } from "./field.ts";
import type { Host } from "./host.ts";
import type { Layers } from "./layers.ts";
import { pictureOf } from "./picture.ts";
import type { RaceRecord } from "./record.ts";
import { Values, valueMeasure } from "./values.ts";

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
  readonly #decisions: Decisions;
  readonly #shares: Values;
  readonly #values: Values;
  #colors: Colors;
  /** What lies under the race now: a ground at a width. */
  #laid = "";
  /** Which of the first pictures is seen. */
  #kind: Background["kind"] = "surface";
  #isMeasured = false;

  constructor(host: Host, page: HTMLElement, listener: PicturesListener) {
    this.#host = host;
    this.#page = page;
    this.#listener = listener;
    this.#colors = colorsOf(page);
    const plot = (name: string) => page.querySelector<HTMLElement>(`.${name} .plot`)!;
    this.#field = new Field(plot("field"), listener.dragged);
    this.#decisions = new Decisions(plot("decisions"));
    this.#shares = new Values(plot("shares"), { column: 1, isShare: true });
    this.#values = new Values(plot("values"), valueMeasure);
    new ResizeObserver(() => this.lay()).observe(plot("values"));
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
    const { state } = this.#host;
    this.#show(kindOf(state.ground));
    const { width, height } = this.#size;
    const count = state.entries.length;
    const ground = { ...state.ground, start: 0, noise: 0 };
    const key = JSON.stringify([ground, width, state.seed, this.#kind === "decisions" && count]);
    if (width === 0 || key === this.#laid) return;
    this.#laid = key;
    this.#host.runner.ask("background", { state, width, height }).then(
      (background) => {
        if (key !== this.#laid) return;
        if (background.kind === "surface") this.#field.lay(background, width, height);
        if (background.kind === "decisions") this.#decisions.lay(background, count, width, height);
        this.forget();
        this.#listener.redraw();
      },
      (error: Error) => {
        this.#laid = "";
        this.#host.say(error.message);
      },
    );
  }

  #show(kind: Background["kind"]): void {
    this.#kind = kind;
    const names = { surface: "field", decisions: "decisions", shares: "shares" };
    for (const [each, name] of Object.entries(names))
      this.#page.querySelector<HTMLElement>(`figure.${name}`)!.hidden = each !== kind;
  }

  /** Of the first picture. */
  get #size(): { readonly width: number; readonly height: number } {
    const { width } = this.#first;
    const height = this.#kind === "decisions" ? highest(width) : width * 0.66;
    return { width, height: Math.round(Math.min(520, Math.max(260, height))) };
  }

  /** Of the values: beside the first picture they are as high, under it they are flat. */
  get #valuesHeight(): number {
    return this.#kind === "decisions" ? 240 : this.#size.height;
  }

  draw(record: RaceRecord, shown: number, labels: readonly string[]): void {
    const { ground } = this.#host.state;
    // A race on another ground may still be on its way.
    if (record.facts.kind !== ground.kind) return;
    if (!this.#isMeasured) {
      this.#isMeasured = true;
      this.#values.lay(record, this.#valuesHeight);
      this.#page.querySelector(".values .measured")!.textContent = record.facts.columns[0]!;
      if (this.#kind === "shares") this.#shares.lay(record, this.#size.height);
    }
    if (ground.kind === "surface") this.#field.draw(record, shown, ground.start, this.#colors);
    else if (this.#kind === "decisions") this.#decisions.draw(record, shown, labels, this.#colors);
    else this.#shares.draw(record, shown, this.#colors);
    this.#values.draw(record, shown, this.#colors);
  }

  /** The first of the two pictures that are seen. */
  get #first(): Layers {
    const views = { surface: this.#field, decisions: this.#decisions, shares: this.#shares };
    return views[this.#kind].layers;
  }

  /** As a PNG. */
  file(labels: readonly string[]): Promise<Blob> {
    return pictureOf([this.#first, this.#values.layers], labels, this.#colors);
  }
}

/** Squares of networks in a wide row take no more of the page than a surface; on a phone there are few in a row. */
const highest = (width: number): number => (width < 600 ? width * 1.15 : width * 0.46);

function kindOf(ground: GroundState): Background["kind"] {
  if (ground.kind === "surface") return "surface";
  return ground.network === "spirals" ? "decisions" : "shares";
}
