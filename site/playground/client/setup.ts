/** What optimizers race on, and how long: the controls over the pictures. */
import type { Problem } from "../engine/problems.ts";
import type { Entry, State, SurfaceGround } from "../state.ts";
import { mostSteps } from "../state.ts";
import type { Host } from "./host.ts";

/** What one begins with who writes a formula. */
const ownBeginning = {
  formula: "x^2 + 3 * y^2 + sin(3 * x) * cos(3 * y)",
  view: { x: [-3, 3], y: [-3, 3] },
} as const;

/** Learning rates to begin with on a network; those of a surface say nothing there. */
const networkRates: Readonly<Record<string, number>> = {
  ...{ sgd: 0.5, momentum: 0.1, rmsprop: 0.005, adam: 0.02 },
};

function rated(entry: Entry): Entry {
  const lr = networkRates[entry.name];
  if (entry.kind === "rule" || lr === undefined) return entry;
  return { ...entry, options: { ...entry.options, lr } };
}

/** Why a number cannot be set: what the browser says, or that two ends are the wrong way round. */
function refusalOf(field: HTMLInputElement): string {
  const name = field.labels?.[0]?.textContent?.trim() ?? field.name;
  if (field.validationMessage !== "") return `${name}: ${field.validationMessage}`;
  if (field.value.trim() === "") return `${name}: a number is missing.`;
  return `${name}: the second end must be greater than the first, and none beyond a million.`;
}

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
    const isSurface = ground.kind === "surface";
    const name = isSurface ? ground.surface : ground.network;
    const set = (name: string, value: number | string) => {
      const field = this.#field(name);
      if (document.activeElement === field) return;
      field.value = String(value);
      field.removeAttribute("aria-invalid");
    };
    set("surface", name);
    set("seed", seed);
    set("steps", steps);
    for (const each of this.#form.querySelectorAll<HTMLElement>(".own"))
      each.hidden = name !== "own";
    for (const each of this.#form.querySelectorAll<HTMLElement>(".of-surface"))
      each.hidden = !isSurface;
    if (!isSurface) return;
    const { start, noise, formula, view } = ground;
    set("startX", start[0]);
    set("startY", start[1]);
    set("noise", noise);
    if (formula === undefined || view === undefined) return;
    set("formula", formula);
    set("xLow", view.x[0]);
    set("xHigh", view.x[1]);
    set("yLow", view.y[0]);
    set("yHigh", view.y[1]);
  }

  #input(field: HTMLInputElement): void {
    const { ground } = this.#host.state;
    // Where it runs is another part's to change.
    if (field.name === "device") return;
    if (field.name === "surface") {
      this.#choose(field.value);
      return;
    }
    if (field.name === "formula" && ground.kind === "surface") {
      clearTimeout(this.#timer);
      this.#timer = window.setTimeout(
        () => void this.#try({ ...ground, formula: field.value }),
        pause,
      );
      return;
    }
    const value = field.value.trim() === "" ? Number.NaN : Number(field.value);
    const isSet = this.#set(field.name, value);
    field.setAttribute("aria-invalid", String(!isSet));
    if (!isSet) this.#host.say(refusalOf(field));
  }

  /** @returns whether it is a value that can be set */
  #set(name: string, value: number): boolean {
    const whole = Number.isInteger(value) && value >= 0;
    if (!(Math.abs(value) <= 2 ** 32)) return false;
    if (name === "seed" && whole && value < 2 ** 32)
      this.#host.change({ seed: value }, "at its end");
    else if (name === "steps" && whole && value >= 1 && value <= mostSteps)
      this.#host.change({ steps: value }, "at its end");
    else return this.#setGround(name, value);
    return true;
  }

  /** @returns whether it is a value that can be set */
  #setGround(name: string, value: number): boolean {
    const { ground } = this.#host.state;
    if (ground.kind !== "surface") return false;
    const [x, y] = ground.start;
    const change = (changed: Partial<SurfaceGround>) =>
      this.#host.change({ ground: { ...ground, ...changed } }, "at its end");
    if (name === "noise" && value >= 0 && value <= 1000) change({ noise: value });
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
    const { ground, entries } = this.#host.state;
    this.#say(undefined);
    const network = this.#host.catalogue.networks.find((each) => each.name === name);
    if (network !== undefined) {
      const next = { kind: "network", network: network.name } as const;
      this.#host.change({ ground: next, entries: entries.map(rated) }, "from the start");
      return;
    }
    const known = this.#host.catalogue.surfaces.find((each) => each.name === name);
    const next: SurfaceGround =
      known === undefined
        ? { kind: "surface", surface: "own", ...ownBeginning, start: [-2.5, 2], noise: 0 }
        : { kind: "surface", surface: known.name, start: known.start, noise: known.noise };
    this.#host.change({ ground: next }, "from the start");
    const wasOwn = ground.kind === "surface" && ground.surface === "own";
    if (known === undefined && !wasOwn) this.#field("formula").focus();
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
