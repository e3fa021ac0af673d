/** One optimizer of the race: what it is called, its options, how it does, and what it is made of. */
import { escapeText, markup } from "../../../charts/markup.ts";
import { styleOf } from "../../../charts/palette.ts";
import type { Facts } from "../engine/facts.ts";
import type { Tried } from "../engine/tried.ts";
import type { Entry } from "../state.ts";
import { detailsMarkup } from "./details.ts";
import { asRule, hyperOf, knownOf, withHyper } from "./entries.ts";
import { Fields } from "./fields.ts";
import { copyText, type Host, labelOf } from "./host.ts";
import { RulePart } from "./rulePart.ts";
import { type SweepView, sweepView } from "./sweepChart.ts";

let made = 0;

/** Milliseconds after a change before what is opened of a card is computed anew, and that a button says what it did. */
const [pause, saying] = [150, 1500];

export class Card {
  readonly element: HTMLElement;
  readonly #id = `entry-${++made}`;
  readonly #host: Host;
  readonly #fields: Fields;
  readonly #rule: RulePart | undefined;
  #entry: Entry;
  #position = 0;
  #tried: readonly Tried[] | undefined;
  /** What they were tried on. */
  #triedOn = "";
  #sweep: SweepView | undefined;
  #facts: Facts | undefined;
  #timer = 0;

  constructor(host: Host, entry: Entry) {
    this.#host = host;
    this.#entry = entry;
    this.element = document.createElement("article");
    this.element.className = "card";
    this.element.innerHTML = this.#frame().text;
    this.#fields = new Fields(this.#part(".fields"), {
      id: this.#id,
      ranges:
        entry.kind === "rule" ? entry.ranges : (knownOf(host.catalogue, entry.name)?.ranges ?? {}),
      changed: (name, value) => this.#changed(withHyper(this.#current, name, value)),
      ...(entry.kind === "rule" && { removed: (name: string) => this.#rule!.removeName(name) }),
    });
    if (entry.kind === "rule") {
      this.#rule = new RulePart(host, this.element, this.#id, entry, {
        changed: (changed, showing) => host.replace(this.#position, changed, showing),
        drafted: ({ hyper, ranges }) => this.#fields.show(hyper, ranges),
      });
    }
    this.element.addEventListener("click", (event) => void this.#act(event.target as HTMLElement));
  }

  #frame() {
    const own = this.#entry.kind === "rule";
    const summary = !own && knownOf(this.#host.catalogue, this.#entry.name)?.summary;
    return markup`<header><h2></h2><button type="button" class="remove" data-act="remove">×</button></header>
<p class="outcome"></p>
${typeof summary === "string" && markup`<p class="note summary">${summary}</p>`}
<div class="rule"></div>
<div class="fields" role="group" aria-label="Options"></div>
<div class="declared"></div>
<div class="acts"><button type="button" data-act="sweep" aria-expanded="false">Try nine rates</button><button type="button" data-act="details" aria-expanded="false">Formula and code</button><button type="button" data-act="edit">Edit a copy</button></div>
<div class="sweep" hidden></div><div class="details" hidden></div>`;
  }

  #part(selector: string): HTMLElement {
    return this.element.querySelector<HTMLElement>(selector)!;
  }

  /** As it is edited, where it is. */
  get #current(): Entry {
    return this.#rule?.draft ?? this.#entry;
  }

  /** Whether it is the same optimizer, maybe with other options. */
  isOf(entry: Entry): boolean {
    return entry.kind === "rule"
      ? this.#rule?.isOf(entry) === true
      : this.#entry.kind === "library" && this.#entry.name === entry.name;
  }

  show(entry: Entry, position: number): void {
    const { catalogue } = this.#host;
    const isOther = entry !== this.#entry || position !== this.#position;
    this.#entry = entry;
    this.#position = position;
    this.element.style.setProperty("--color", styleOf(position).color);
    const label = labelOf(catalogue, entry);
    this.#part("h2").textContent = label;
    this.#part('[data-act="remove"]').setAttribute("aria-label", `Remove ${label}`);
    this.element.setAttribute("aria-label", label);
    if (this.#rule === undefined) this.#fields.show(hyperOf(catalogue, entry));
    else if (entry.kind === "rule") this.#rule.show(entry);
    if (isOther && this.#tried !== undefined) this.#drawSweep();
    if (this.#tried !== undefined || !this.#part(".details").hidden) {
      clearTimeout(this.#timer);
      this.#timer = window.setTimeout(() => void this.#renew(), pause);
    }
  }

  /** What is opened is that of the race as it is now: of another function, another start, other options. */
  async #renew(): Promise<void> {
    if (!this.#part(".details").hidden) await this.#showDetails();
    if (this.#tried === undefined || this.#triedOn === this.#trying) return;
    if (this.#host.state.ground.kind === "surface") await this.#trySweep();
    // That of a network takes so long that one asks for it.
    else await this.#toggle(this.#part('[data-act="sweep"]'), ".sweep", async () => {});
  }

  /** All that decides what comes of learning rates. */
  get #trying(): string {
    const { ground, seed, steps } = this.#host.state;
    return JSON.stringify([ground, seed, steps, withHyper(this.#entry, "lr", 0)]);
  }

  outcome(text: string, isBad: boolean): void {
    const element = this.#part(".outcome");
    if (element.textContent === text) return;
    element.textContent = text;
    element.classList.toggle("bad", isBad);
  }

  focus(): void {
    if (this.#rule !== undefined) this.#rule.focus();
    else this.#part("input").focus();
  }

  #changed(entry: Entry): void {
    if (this.#rule !== undefined && entry.kind === "rule") this.#rule.change(entry, "at its end");
    else this.#host.replace(this.#position, entry, "at its end");
  }

  async #act(target: HTMLElement): Promise<void> {
    const button = target.closest("button");
    const { act, copy, rate } = button?.dataset ?? {};
    if (act === "remove") this.#host.remove(this.#position);
    if (act === "edit") this.#edit();
    if (act === "sweep") await this.#toggle(button!, ".sweep", () => this.#trySweep());
    if (act === "details") await this.#toggle(button!, ".details", () => this.#showDetails());
    if (rate !== undefined) this.#changed(withHyper(this.#current, "lr", Number(rate)));
    if (copy !== undefined) await this.#copy(button!, copy as "typescript");
    if (target.closest(".sweep svg") !== null) this.#pick(target);
  }

  async #copy(button: HTMLElement, name: "typescript" | "webassembly" | "wgsl"): Promise<void> {
    if (this.#facts === undefined) return;
    const done = await copyText(this.#facts[name]);
    this.#host.say(
      done ? "Copied." : "The browser does not allow copying; select the text instead.",
    );
    const title = button.textContent;
    if (!done || title === "Copied") return;
    button.textContent = "Copied";
    setTimeout(() => {
      button.textContent = title;
    }, saying);
  }

  #edit(): void {
    const names = this.#host.state.entries.map(({ name }) => name);
    const hyper = hyperOf(this.#host.catalogue, this.#entry);
    const known = knownOf(this.#host.catalogue, this.#entry.name);
    const { kind, ...own } = this.#entry as Entry & { kind: "rule" };
    const base = kind === "rule" ? { ...own, title: own.name, summary: "" } : known;
    if (base !== undefined) this.#host.add(asRule(base, hyper, names));
  }

  async #toggle(button: HTMLElement, selector: string, open: () => Promise<void>): Promise<void> {
    const part = this.#part(selector);
    part.hidden = !part.hidden;
    button.setAttribute("aria-expanded", String(!part.hidden));
    if (part.hidden) {
      part.innerHTML = "";
      if (selector === ".sweep") this.#tried = undefined;
    } else await open();
  }

  get #rate(): number {
    return Number(hyperOf(this.#host.catalogue, this.#entry)["lr"]);
  }

  async #trySweep(): Promise<void> {
    const { runner, state } = this.#host;
    const part = this.#part(".sweep");
    if (!(this.#rate > 0)) {
      part.innerHTML =
        markup`<p class="note">It has no learning rate lr above 0 to try others around.</p>`.text;
      return;
    }
    const trying = this.#trying;
    try {
      this.#tried = await runner.ask("sweep", { state, entry: this.#entry, middle: this.#rate });
      this.#triedOn = trying;
      this.#drawSweep();
    } catch (error) {
      part.innerHTML = `<p class="note">${escapeText((error as Error).message)}</p>`;
    }
  }

  #drawSweep(): void {
    const part = this.#part(".sweep");
    this.#sweep = sweepView(this.#tried!, this.#host.reference(), {
      ...{ label: labelOf(this.#host.catalogue, this.#entry), position: this.#position },
      ...{ rate: this.#rate, width: Math.max(240, part.clientWidth) },
    });
    part.innerHTML = this.#sweep.markup.text;
  }

  /** Takes the rate of the point that was chosen. */
  #pick(target: HTMLElement): void {
    const dot = target.closest("circle");
    const layout = this.#sweep?.plot.layouts[0];
    if (dot === null || layout === undefined) return;
    const at = layout.x.invert(Number(dot.getAttribute("cx")));
    const distance = (rate: number) => Math.abs(Math.log(rate / at));
    const rates = this.#tried!.map(({ rate }) => rate);
    const nearest = rates.reduce((a, b) => (distance(b) < distance(a) ? b : a));
    this.#changed(withHyper(this.#current, "lr", nearest));
  }

  async #showDetails(): Promise<void> {
    const { runner, state } = this.#host;
    const part = this.#part(".details");
    const isOpen = (name: string | undefined) =>
      part.querySelector<HTMLDetailsElement>(`[data-code="${name}"]`)?.open ?? false;
    try {
      const facts = await runner.ask("facts", { state, entry: this.#entry });
      const { text } = await detailsMarkup(facts);
      this.#facts = facts;
      const next = document.createElement("div");
      next.innerHTML = text;
      for (const each of next.querySelectorAll("details")) each.open = isOpen(each.dataset["code"]);
      part.replaceChildren(...next.childNodes);
    } catch (error) {
      part.innerHTML = `<p class="note">${escapeText((error as Error).message)}</p>`;
    }
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#rule?.dispose();
    this.element.remove();
  }
}
