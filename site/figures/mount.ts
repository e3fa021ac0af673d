/** Makes the figures of a page interactive, each when it comes into view. */
import { readState, stopAt, writeState } from "./address.ts";
import type { Controls, LiveFigure, StateOf } from "./figure.ts";
import { settingText } from "./format.ts";
import { figures } from "./list.ts";
import { positionOf, stepOf, valueAt } from "./slider.ts";

type State = StateOf<Controls>;

/** The milliseconds that "Play" takes from one end to the other. */
const PLAYED = 6000;

/**
 * The milliseconds without a change after which the state is written to the address. Browsers refuse an address that changes in
 * each frame: WebKit after 100 changes in 30 seconds, with an error; Chromium after 200 in 10, silently.
 */
const SETTLED = 200;

const observer = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      observer.unobserve(target);
      void mount(target as HTMLElement);
    }
  },
  { rootMargin: "200px" },
);
for (const element of document.querySelectorAll("[data-figure]")) observer.observe(element);

/** The figures that have been in view, by name. */
const alive = new Map<string, Mounted>();

async function mount(element: HTMLElement): Promise<void> {
  const { figure } = await figures[element.dataset["figure"]!]!();
  const mounted = new Mounted(element, figure);
  alive.set(figure.name, mounted);
  mounted.begin();
}

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element && event.target.closest("a");
  if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const { pathname, searchParams, hash } = new URL(link.href);
  if (pathname !== location.pathname || searchParams.size === 0) return;
  event.preventDefault();
  setFigure(hash.slice("#figure-".length), searchParams);
});

/** Applies a link such as `?valley.momentum=0.9#figure-valley`: all other values of the figure are the initial ones. */
function setFigure(name: string, state: URLSearchParams): void {
  const address = new URL(location.href);
  for (const key of [...address.searchParams.keys()])
    if (key.startsWith(`${name}.`)) address.searchParams.delete(key);
  for (const [key, value] of state) address.searchParams.set(key, value);
  history.replaceState(null, "", address);
  alive.get(name)?.readAddress();
  document.getElementById(`figure-${name}`)?.scrollIntoView({ block: "nearest" });
}

/** An interactive figure. `element.figureState` and `element.figureResult` exist for tests and for curious readers. */
class Mounted {
  readonly #element: HTMLElement;
  readonly #figure: LiveFigure;
  readonly #form: HTMLFormElement;
  readonly #plot: HTMLElement;
  #state!: State;
  #result: unknown;
  #frame = 0;
  #playing = 0;
  #settling: ReturnType<typeof setTimeout> | undefined;

  constructor(element: HTMLElement, figure: LiveFigure) {
    this.#element = element;
    this.#figure = figure;
    this.#form = element.querySelector("form")!;
    this.#plot = element.querySelector(".plot")!;
  }

  /** Applies the state in the address. */
  readAddress(): void {
    const { name, controls } = this.#figure;
    this.#stop();
    this.#set(readState(new URLSearchParams(location.search), name, controls));
  }

  begin(): void {
    this.#form.hidden = false;
    this.#form.addEventListener("input", () => {
      this.#stop();
      this.#set(this.#read());
    });
    this.#form.addEventListener("submit", (event) => event.preventDefault());
    this.#form.addEventListener("click", (event) => this.#act(event.target as HTMLElement));
    if (this.#figure.place !== undefined) this.#dragged();
    this.readAddress();
    new ResizeObserver(() => this.#draw()).observe(this.#plot);
    this.#element.dataset["live"] = "";
  }

  #act(target: HTMLElement): void {
    const act = target.closest("button")?.dataset["act"];
    if (act === "reset") {
      this.#stop();
      this.#set(readState(new URLSearchParams(), this.#figure.name, this.#figure.controls));
    }
    if (act === "play") this.#playing === 0 ? this.#play() : this.#stop();
  }

  #read(): State {
    const entries = Object.entries(this.#figure.controls).map(([key, control]) => {
      const input = this.#form.elements.namedItem(key) as HTMLInputElement | HTMLSelectElement;
      if (control.kind === "range") return [key, valueAt(control, Number(input.value))];
      return [key, control.kind === "toggle" ? (input as HTMLInputElement).checked : input.value];
    });
    return Object.fromEntries(entries) as State;
  }

  #set(state: State): void {
    const { controls } = this.#figure;
    this.#state = state;
    for (const [key, control] of Object.entries(controls)) {
      const input = this.#form.elements.namedItem(key) as HTMLInputElement;
      const value = state[key]!;
      if (control.kind === "toggle") input.checked = value as unknown as boolean;
      else if (control.kind === "choice") input.value = value as unknown as string;
      else {
        input.value = String(positionOf(control, Number(value)));
        input.nextElementSibling!.textContent = settingText(Number(value));
      }
    }
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => {
      this.#writeAddress();
      void this.#linkRace();
    }, SETTLED);
    // At most once in each frame, however many events a control sends.
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#result = this.#figure.compute(this.#state);
      Object.assign(this.#element, { figureState: this.#state, figureResult: this.#result });
      this.#element.querySelector(".says")!.textContent = this.#figure.says(
        this.#result,
        this.#state,
      );
      this.#draw();
    });
  }

  #writeAddress(): void {
    const { name, controls } = this.#figure;
    const address = new URL(location.href);
    writeState(address.searchParams, name, controls, this.#state);
    history.replaceState(null, "", address);
  }

  /** Sets the link to the playground to the race of the present state. */
  async #linkRace(): Promise<void> {
    const { race } = this.#figure;
    if (race === undefined) return;
    const state = this.#state;
    const seen = race(state);
    const part = this.#element.querySelector<HTMLElement>(".race")!;
    part.hidden = seen === undefined;
    if (seen === undefined) return;
    const { writeAddress } = await import("../playground/address.ts");
    const hash = await writeAddress(seen);
    if (state === this.#state) part.querySelector("a")!.hash = hash;
  }

  #draw(): void {
    const width = Math.round(this.#plot.clientWidth);
    if (width === 0 || this.#result === undefined) return;
    this.#plot.innerHTML = this.#figure.draw(this.#result, this.#state, width).text;
  }

  #play(): void {
    const key = this.#figure.played!;
    const control = this.#figure.controls[key]!;
    if (control.kind !== "range") return;
    const [from, to] = [positionOf(control, control.min), positionOf(control, control.max)];
    const began = performance.now();
    const next = (now: number) => {
      const share = Math.min(1, (now - began) / PLAYED);
      const steps = Math.round(((to - from) * share) / stepOf(control));
      const position = Math.min(to, from + steps * stepOf(control));
      this.#set({ ...this.#state, [key]: valueAt(control, position) });
      this.#playing = share < 1 ? requestAnimationFrame(next) : 0;
      this.#label();
    };
    this.#playing = requestAnimationFrame(next);
    this.#label();
  }

  #stop(): void {
    cancelAnimationFrame(this.#playing);
    this.#playing = 0;
    this.#label();
  }

  #label(): void {
    const button = this.#form.querySelector('[data-act="play"]');
    if (button !== null) button.textContent = this.#playing === 0 ? "Play" : "Stop";
  }

  #dragged(): void {
    const { x, y, scales } = this.#figure.place!;
    const move = (event: PointerEvent) => {
      const box = this.#plot.querySelector("svg.chart")!.getBoundingClientRect();
      const within = scales(Math.round(this.#plot.clientWidth));
      const at = (key: string, value: number) => {
        const control = this.#figure.controls[key]!;
        if (control.kind !== "range") return value;
        return stopAt(control, value);
      };
      this.#stop();
      this.#set({
        ...this.#state,
        [x]: at(x, within.x.invert(event.clientX - box.left)),
        [y]: at(y, within.y.invert(event.clientY - box.top)),
      });
    };
    this.#plot.classList.add("draggable");
    this.#plot.addEventListener("pointerdown", (event) => {
      this.#plot.setPointerCapture(event.pointerId);
      move(event);
    });
    this.#plot.addEventListener("pointermove", (event) => {
      if (this.#plot.hasPointerCapture(event.pointerId)) move(event);
    });
  }
}
