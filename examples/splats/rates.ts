// A slider for each attribute's learning rate, from 1/32 to 32 times its initial value.
import type { Attribute, Rates } from "./choices.ts";

const titles: Readonly<Record<Attribute, string>> = {
  position: "Position",
  scale: "Size",
  rotation: "Rotation",
  colour: "Colour",
};

interface Slider {
  readonly name: Attribute;
  readonly input: HTMLInputElement;
  readonly output: HTMLOutputElement;
}

function sliderFor(name: Attribute): Slider & { readonly label: HTMLLabelElement } {
  const label = document.createElement("label");
  const input = document.createElement("input");
  const output = document.createElement("output");
  input.id = `rate-${name}`;
  output.htmlFor.add(input.id);
  // Powers of two, in half steps.
  Object.assign(input, { type: "range", min: "-5", max: "5", step: "0.5" });
  label.append(titles[name], input, output);
  return { name, input, output, label };
}

export class RateSliders {
  readonly #sliders: readonly Slider[];
  #initial: Rates;

  /** @param changed is called with the new rate */
  constructor(place: HTMLElement, initial: Rates, changed: (rates: Partial<Rates>) => void) {
    const sliders = (Object.keys(titles) as Attribute[]).map(sliderFor);
    place.append(...sliders.map(({ label }) => label));
    this.#sliders = sliders;
    this.#initial = initial;
    this.reset(initial);
    for (const slider of sliders) {
      slider.input.oninput = () => {
        this.#show(slider);
        changed({ [slider.name]: this.#rate(slider) });
      };
    }
  }

  /** Resets the sliders to the initial rates of an optimizer. */
  reset(initial: Rates): void {
    this.#initial = initial;
    for (const slider of this.#sliders) {
      slider.input.value = "0";
      this.#show(slider);
    }
  }

  get rates(): Rates {
    return Object.fromEntries(
      this.#sliders.map((slider) => [slider.name, this.#rate(slider)]),
    ) as Rates;
  }

  #rate({ name, input }: Slider): number {
    return this.#initial[name] * 2 ** input.valueAsNumber;
  }

  #show(slider: Slider): void {
    const text = String(Number(this.#rate(slider).toPrecision(2)));
    slider.output.value = text;
    slider.input.setAttribute("aria-valuetext", text);
  }
}
