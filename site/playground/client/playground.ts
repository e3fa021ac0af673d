/** The playground: its state, the race that is made of it, and what shows both. */
import { writeAddress } from "../address.ts";
import type { Catalogue } from "../catalogue.ts";
import { type Entry, mostEntries, type State } from "../state.ts";
import { onAdded } from "./adding.ts";
import { Cards } from "./cards.ts";
import { RunsOn } from "./device/runsOn.ts";
import { asRule, knownOf } from "./entries.ts";
import { copyText, type Host, labelOf, type Showing } from "./host.ts";
import { save } from "./picture.ts";
import { Pictures } from "./pictures.ts";
import { Playback } from "./playback.ts";
import { csvOf, RaceRecord } from "./record.ts";
import type { Runner } from "./runner.ts";
import { Setup } from "./setup.ts";
import { standingOf, summaryOf } from "./summary.ts";
import { Transport } from "./transport.ts";
import { tuned } from "./tuned.ts";

/** Milliseconds between two readings of the values in the cards, before the address is written, and of waiting for a race. */
const [reading, writing, patience] = [100, 300, 300];

export class Playground implements Host {
  readonly catalogue: Catalogue;
  readonly runner: Runner;
  readonly #element: HTMLElement;
  #state: State;
  #record: RaceRecord | undefined;
  readonly #playback: Playback;
  readonly #pictures: Pictures;
  readonly #cards: Cards;
  readonly #setup: Setup;
  readonly #runsOn: RunsOn;
  readonly #transport: Transport;
  /** What waits for the race that is being computed. */
  #next: Showing | undefined;
  #isRacing = false;
  #began = 0;
  #impatience = 0;
  /** Of which race it has been said how it ended. */
  #summarised: RaceRecord | undefined;
  #lastReading = 0;
  #timer = 0;

  constructor(element: HTMLElement, catalogue: Catalogue, runner: Runner, state: State) {
    this.#element = element;
    this.catalogue = catalogue;
    this.runner = runner;
    this.#state = state;
    this.#playback = new Playback(state.speed, () => this.#draw());
    this.#pictures = new Pictures(this, element, {
      dragged: (start) => {
        const { ground } = this.#state;
        if (ground.kind === "surface") this.change({ ground: { ...ground, start } }, "at its end");
      },
      redraw: () => this.#playback.request(),
    });
    this.#cards = new Cards(this, this.#part(".racers"));
    this.#setup = new Setup(this, this.#part(".setup") as HTMLFormElement);
    this.#runsOn = new RunsOn(this, element);
    this.#transport = new Transport(element, this.#playback, {
      steps: () => this.#state.steps,
      speed: (speed) => this.#keep({ ...this.#state, speed }),
    });
    element.addEventListener("click", (event) => void this.#act(event.target as HTMLElement));
    const select = this.#part('[name="add"]') as HTMLSelectElement;
    onAdded(this, select, (name) => void this.#addKnown(name));
  }

  get state(): State {
    return this.#state;
  }

  get record(): RaceRecord | undefined {
    return this.#record;
  }

  get playback(): Playback {
    return this.#playback;
  }

  #part(selector: string): HTMLElement {
    return this.#element.querySelector<HTMLElement>(selector)!;
  }

  begin(): void {
    this.#showState();
    this.#race(this.#stillness ? "at its end" : "from the start");
  }

  get #stillness(): boolean {
    return matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  /** Takes a state in the place of the one that is. */
  set(state: State): void {
    this.#keep(state);
    this.#playback.speed = state.speed;
    this.#showState();
    this.#race("from the start");
  }

  change(change: Partial<State>, showing: Showing): void {
    this.#keep({ ...this.#state, ...change });
    this.#showState();
    this.#race(showing);
  }

  replace(position: number, entry: Entry, showing: Showing): void {
    this.change({ entries: this.#state.entries.with(position, entry) }, showing);
  }

  remove(position: number): void {
    const { entries } = this.#state;
    if (entries.length === 1) this.say("The last optimizer stays.");
    else {
      this.#cards.remove(position);
      this.change({ entries: entries.toSpliced(position, 1) }, "at its end");
    }
  }

  add(entry: Entry): void {
    const { entries } = this.#state;
    if (entries.length >= mostEntries) this.say("Eight optimizers race at most: remove one first.");
    else {
      this.change({ entries: [...entries, entry] }, "from the start");
      this.#cards.focus(entries.length);
    }
  }

  /** One of the library's, at a good learning rate for what is raced on. */
  async #addKnown(name: string): Promise<void> {
    if (knownOf(this.catalogue, name) === undefined) return;
    const entry: Entry = { kind: "library", name, options: {} };
    const [good] = await tuned(this, [entry]);
    this.add(good ?? entry);
  }

  reference(): number {
    return this.#record?.reference ?? 0;
  }

  say(sentence: string): void {
    this.#part(".says").textContent = sentence;
  }

  #keep(state: State): void {
    this.#state = state;
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#write(), writing);
  }

  async #write(): Promise<void> {
    history.replaceState(null, "", `#${await writeAddress(this.#state)}`);
  }

  #showState(): void {
    this.#setup.show(this.#state);
    this.#runsOn.show(this.#state);
    this.#cards.show(this.#state.entries);
    this.#transport.show();
    this.#pictures.lay();
    const { ground } = this.#state;
    const known =
      ground.kind === "surface"
        ? this.catalogue.surfaces.find(({ name }) => name === ground.surface)
        : this.catalogue.networks.find(({ name }) => name === ground.network);
    this.#part(".about").textContent = known?.summary ?? "";
  }

  /**
   * One race at a time: what is asked for meanwhile begins behind it, so that dragging shows each that is finished. A race
   * that takes long does not keep the next one waiting: that one begins in its place.
   */
  #race(showing: Showing): void {
    if (this.#isRacing) {
      this.#next = showing;
      const left = this.#began + patience - performance.now();
      clearTimeout(this.#impatience);
      this.#impatience = window.setTimeout(() => this.#raced(), left);
      return;
    }
    this.#isRacing = true;
    this.#began = performance.now();
    const state = this.#state;
    let record: RaceRecord | undefined;
    this.runner.race(state, {
      begun: (facts) => {
        record = new RaceRecord(facts, state.steps, state.entries.length);
        this.#runsOn.began(record);
        // What is dragged is shown when it is whole.
        if (showing === "from the start") this.#take(record, showing);
      },
      went: (parts, isOver) => {
        record!.add(parts, isOver);
        if (this.#record === record) this.#arrived();
        else if (isOver) this.#take(record!, showing);
        if (isOver) {
          this.#runsOn.ended(record!);
          this.#raced();
        }
      },
      failed: (message) => {
        this.say(message);
        this.#raced();
      },
      noGpu: (why) => {
        this.#runsOn.gone(why);
        this.#keep({ ...this.#state, device: undefined });
        this.#showState();
        this.#next ??= showing;
        this.#raced();
      },
    });
  }

  #raced(): void {
    clearTimeout(this.#impatience);
    this.#isRacing = false;
    const next = this.#next;
    this.#next = undefined;
    if (next !== undefined) this.#race(next);
  }

  #take(record: RaceRecord, showing: Showing): void {
    this.#record = record;
    this.#arrived();
    if (showing === "at its end") {
      this.#playback.isPlaying = false;
      this.#playback.show(record.steps);
    } else {
      this.#playback.shown = 0;
      this.say("");
      if (this.#stillness) this.#playback.show(record.steps);
      else this.#playback.play();
    }
  }

  #arrived(): void {
    this.#pictures.forget();
    this.#playback.request();
  }

  #draw(): void {
    const record = this.#record;
    if (record === undefined) return;
    const shown = Math.min(this.#playback.shown, record.reached);
    const isAtItsEnd = record.isOver && shown >= record.steps;
    if (this.#playback.isPlaying && isAtItsEnd) {
      this.#playback.isPlaying = false;
      this.#playback.shown = record.steps;
    }
    if (isAtItsEnd && this.#summarised !== record) {
      this.#summarised = record;
      this.say(summaryOf(record, this.#labels));
    }
    this.#pictures.draw(record, shown, this.#labels);
    const now = performance.now();
    if (!this.#playback.isPlaying || now - this.#lastReading > reading) {
      this.#lastReading = now;
      this.#cards.report(record, Math.floor(shown));
      this.#part(".now").textContent = standingOf(record, this.#labels, Math.floor(shown));
      this.#transport.show(Math.floor(shown));
    }
  }

  get #labels(): readonly string[] {
    return this.#state.entries.map((entry) => labelOf(this.catalogue, entry));
  }

  async #act(target: HTMLElement): Promise<void> {
    const act = target.closest("button")?.dataset["act"];
    if (act === "write") this.#writeOwn();
    if (act === "tune")
      this.change({ entries: await tuned(this, this.#state.entries) }, "from the start");
    if (act === "link") await this.#copyLink();
    if (this.#record === undefined) return;
    if (act === "csv")
      save(new Blob([csvOf(this.#record, this.#labels)], { type: "text/csv" }), "gradus-race.csv");
    if (act === "png") save(await this.#pictures.file(this.#labels), "gradus-race.png");
  }

  async #copyLink(): Promise<void> {
    await this.#write();
    const done = await copyText(location.href);
    this.say(
      `${done ? "The link is copied" : "Copy the address of this page"}: it has all that you see.`,
    );
  }

  /** Adam's text, to be changed; at the rate that it has here. */
  #writeOwn(): void {
    const { entries } = this.#state;
    const here = entries.find((entry) => entry.kind === "library" && entry.name === "adam");
    const options = here?.kind === "library" ? here.options : { lr: 0.1 };
    const names = entries.map(({ name }) => name);
    this.add(asRule(knownOf(this.catalogue, "adam")!, options, names));
  }
}
