/** Hyperparameters as sliders and fields. */
import { type Markup, markup } from "../../../charts/markup.ts";
import { formatSetting } from "../../figures/format.ts";
import type { Hyper } from "../state.ts";

/** How a slider's position is a value: a slider for learning rates goes by factors, one for decays is fine near 1. */
interface Track {
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly toValue: (position: number) => number;
  readonly toPosition: (value: number) => number;
}

const short = (value: number) => Number(value.toPrecision(3));

const rates: Track = {
  ...{ min: -5, max: 1, step: 0.02 },
  toValue: (position) => short(10 ** position),
  toPosition: (value) => Math.log10(value),
};
const tiny: Track = { ...rates, min: -12, max: 1, step: 0.1 };
/** From 0 over 0.9 and 0.99 to 0.99999. */
const decays: Track = {
  ...{ min: 0, max: 5, step: 0.02 },
  toValue: (position) => Number((1 - 10 ** -position).toFixed(6)),
  toPosition: (value) => -Math.log10(1 - value),
};
const plain = (max: number): Track => ({
  ...{ min: 0, max, step: max / 200 },
  toValue: short,
  toPosition: (value) => value,
});

function trackOf(name: string, value: number, range: string | undefined): Track | undefined {
  if (name === "lr") return rates;
  if (range?.startsWith("whole") || !Number.isFinite(value)) return undefined;
  if (range?.endsWith("1)") && range.startsWith("[0")) return decays;
  if (/1\]$/.test(range ?? "")) return plain(1);
  if (value > 0 && value < 1e-3) return tiny;
  return value >= 0 ? plain(Math.max(1, value * 4)) : undefined;
}

export interface FieldsOptions {
  readonly id: string;
  readonly ranges: Readonly<Record<string, string>>;
  readonly changed: (name: string, value: number | boolean) => void;
  /** Where names may be taken away; then none is folded away. */
  readonly removed?: (name: string) => void;
}

export class Fields {
  readonly #element: HTMLElement;
  readonly #options: FieldsOptions;
  #names = "";

  constructor(element: HTMLElement, options: FieldsOptions) {
    this.#element = element;
    this.#options = options;
    element.addEventListener("input", ({ target }) => this.#input(target as HTMLInputElement));
    element.addEventListener("click", ({ target }) => {
      const name = (target as HTMLElement).closest("button")?.dataset["remove"];
      if (name !== undefined) options.removed?.(name);
    });
  }

  /** @param ranges in the place of those that it began with */
  show(values: Hyper, ranges = this.#options.ranges): void {
    const names = Object.keys(values).join();
    if (names !== this.#names) {
      this.#names = names;
      this.#element.innerHTML = this.#rows(values, ranges).text;
    }
    for (const [name, value] of Object.entries(values)) this.#fill(name, value, ranges[name]);
  }

  /** The learning rate, or all of few; the others are folded away. */
  #rows(values: Hyper, ranges: Readonly<Record<string, string>>): Markup {
    const rows = Object.entries(values).map(([name, value]) => ({
      isFirst: name === "lr" || this.#options.removed !== undefined,
      row: this.#row(name, value, ranges[name]),
    }));
    const folded = rows.filter(({ isFirst }) => !isFirst).map(({ row }) => row);
    const more =
      folded.length > 0 &&
      markup`<details class="more"><summary>More options</summary>${folded}</details>`;
    return markup`${rows.filter(({ isFirst }) => isFirst).map(({ row }) => row)}${more}`;
  }

  #row(name: string, value: number | boolean, range: string | undefined) {
    const { id, removed } = this.#options;
    const remove =
      removed !== undefined &&
      markup`<button type="button" class="remove" data-remove="${name}" aria-label="Remove ${name}">×</button>`;
    if (typeof value === "boolean")
      return markup`<div class="field-row" data-name="${name}"><label class="switch"><input type="checkbox" name="${name}"><code>${name}</code></label>${remove}</div>`;
    const track = trackOf(name, value, range);
    const slider =
      track !== undefined &&
      markup`<input type="range" data-track name="${name}" min="${track.min}" max="${track.max}" step="${track.step}" aria-label="${name}, slider">`;
    return markup`<div class="field-row" data-name="${name}"><label for="${id}-${name}"><code>${name}</code></label>${slider}<input type="text" inputmode="decimal" id="${id}-${name}" name="${name}" title="${range ?? "any number"}" autocomplete="off">${remove}</div>`;
  }

  #fill(name: string, value: number | boolean, range: string | undefined): void {
    const row = this.#element.querySelector(`[data-name="${CSS.escape(name)}"]`)!;
    for (const input of row.querySelectorAll("input")) {
      if (typeof value === "boolean") input.checked = value;
      else if (input.type === "range") {
        const track = trackOf(name, value, range);
        if (track !== undefined) input.value = String(track.toPosition(value));
      } else if (document.activeElement !== input) input.value = formatSetting(value);
    }
  }

  #input(input: HTMLInputElement): void {
    const { name, type } = input;
    const { changed, ranges } = this.#options;
    if (type === "checkbox") changed(name, input.checked);
    else if (type === "range") {
      const text = this.#element.querySelector<HTMLInputElement>(
        `input[type="text"][name="${CSS.escape(name)}"]`,
      )!;
      const track = trackOf(name, Number(text.value), ranges[name]) ?? plain(1);
      const value = track.toValue(Number(input.value));
      text.value = formatSetting(value);
      changed(name, value);
    } else {
      const value = input.value.trim() === "" ? Number.NaN : Number(input.value);
      input.setAttribute("aria-invalid", String(Number.isNaN(value)));
      if (!Number.isNaN(value)) changed(name, value);
    }
  }
}
