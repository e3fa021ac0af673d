/** What optimizers race on, and how long: the controls over the pictures. */
import type { Problem } from "../engine/problems.ts";
import type { State, SurfaceGround } from "../state.ts";
import { mostSteps } from "../state.ts";
import type { Host } from "./host.ts";

/** What one begins with who writes a formula. */
const ownBeginning = {
  formula: "x^2 + 3 * y^2 + sin(3 * x) * cos(3 * y)",
  view: { x: [-3, 3], y: [-3, 3] },
} as const;

/** Milliseconds after the last key before a formula is tried. */
const pause = 80;

export class Setup {
  readonly #host: Host;
  readonly #form: HTMLFormElement;
  #timer = 0;
  #checks = 0;

  constructor(host: Host, form: HTMLFormElement) {
    this.#host = host;
    this.#form = form;
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", ({ target }) => this.#input(target as HTMLInputElement));
  }

  #field(name: string): HTMLInputElement {
    return this.#form.elements.namedItem(name) as HTMLInputElement;
  }

  show({ ground, seed, steps }: State): void {
    const { surface, start, noise, formula, view } = ground;
    const set = (name: string, value: number | string) => {
      const field = this.#field(name);
      if (document.activeElement !== field) field.value = String(value);
    };
    set("surface", surface);
    set("startX", start[0]);
    set("startY", start[1]);
    set("noise", noise);
    set("seed", seed);
    set("steps", steps);
    for (const each of this.#form.querySelectorAll<HTMLElement>(".own"))
      each.hidden = surface !== "own";
    if (formula === undefined || view === undefined) return;
    set("formula", formula);
    set("xLow", view.x[0]);
    set("xHigh", view.x[1]);
    set("yLow", view.y[0]);
    set("yHigh", view.y[1]);
  }

  #input(field: HTMLInputElement): void {
    const { ground } = this.#host.state;
    if (field.name === "surface") {
      this.#choose(field.value);
      return;
    }
    if (field.name === "formula") {
      clearTimeout(this.#timer);
      this.#timer = window.setTimeout(
        () => void this.#try({ ...ground, formula: field.value }),
        pause,
      );
      return;
    }
    const value = field.value.trim() === "" ? Number.NaN : Number(field.value);
    field.setAttribute("aria-invalid", String(!this.#set(field.name, value)));
  }

  /** @returns whether it is a value that can be set */
  #set(name: string, value: number): boolean {
    const { ground } = this.#host.state;
    const [x, y] = ground.start;
    const change = (changed: Partial<SurfaceGround>) =>
      this.#host.change({ ground: { ...ground, ...changed } }, "at its end");
    const whole = Number.isInteger(value) && value >= 0;
    if (!(Math.abs(value) <= 2 ** 32)) return false;
    if (name === "seed" && whole && value < 2 ** 32)
      this.#host.change({ seed: value }, "at its end");
    else if (name === "steps" && whole && value >= 1 && value <= mostSteps)
      this.#host.change({ steps: value }, "at its end");
    else if (name === "noise" && value >= 0 && value <= 1000) change({ noise: value });
    else if (name === "startX" && Math.abs(value) <= 1e6) change({ start: [value, y] });
    else if (name === "startY" && Math.abs(value) <= 1e6) change({ start: [x, value] });
    else return this.#setView(ground, name, value);
    return true;
  }

  #setView(ground: SurfaceGround, name: string, value: number): boolean {
    const side = /^([xy])(Low|High)$/.exec(name);
    if (side === null || ground.view === undefined || Math.abs(value) > 1e6) return false;
    const axis = side[1] as "x" | "y";
    const [low, high] = ground.view[axis];
    const range = side[2] === "Low" ? ([value, high] as const) : ([low, value] as const);
    if (!(range[1] > range[0])) return false;
    const view = { ...ground.view, [axis]: range };
    this.#host.change({ ground: { ...ground, view } }, "at its end");
    return true;
  }

  #choose(name: string): void {
    const { ground } = this.#host.state;
    const known = this.#host.catalogue.surfaces.find((each) => each.name === name);
    const next: SurfaceGround =
      known === undefined
        ? { kind: "surface", surface: "own", ...ownBeginning, start: [-2.5, 2], noise: 0 }
        : { kind: "surface", surface: known.name, start: known.start, noise: known.noise };
    this.#host.change({ ground: next }, "from the start");
    if (known === undefined && ground.surface !== "own") this.#field("formula").focus();
    this.#say(undefined);
  }

  /** A formula that is right becomes the ground; of one that is wrong it is said where. */
  async #try(ground: SurfaceGround): Promise<void> {
    const check = ++this.#checks;
    const { runner, state } = this.#host;
    const problem = await runner
      .ask("checkGround", { state: { ...state, ground } })
      .catch((error: Error): Problem => ({ message: error.message }));
    if (check !== this.#checks) return;
    this.#say(problem);
    if (problem === undefined) this.#host.change({ ground }, "from the start");
  }

  #say(problem: Problem | undefined): void {
    const place = problem?.span === undefined ? "" : `Column ${problem.span.start + 1}: `;
    this.#form.querySelector("#formula-problem")!.textContent =
      problem === undefined ? "" : place + problem.message;
    this.#field("formula").setAttribute("aria-invalid", String(problem !== undefined));
  }
}
