/** Where the steps are made: the choice, and what is said of it. */
import type { State } from "../../state.ts";
import { type Host, labelOf } from "../host.ts";
import type { RaceRecord } from "../record.ts";
import { timesMarkup } from "./times.ts";

/** Milliseconds after a race before its steps are measured: somebody may be about to change it. */
const pause = 500;

/** All that decides how long the steps of a race take. */
const keyOf = ({ ground, entries, device }: State): string =>
  JSON.stringify([
    device,
    ground.kind === "network" ? ground.network : ground.kind,
    entries.map((entry) => [entry.name, entry.kind === "rule" && entry.rule]),
  ]);

export class RunsOn {
  readonly #host: Host;
  readonly #select: HTMLSelectElement;
  readonly #text: HTMLElement;
  readonly #times: HTMLElement;
  /** What was measured, where that is seen. */
  #measured = "";
  #timer = 0;

  constructor(host: Host, page: HTMLElement) {
    this.#host = host;
    this.#select = page.querySelector<HTMLSelectElement>('[name="device"]')!;
    this.#text = page.querySelector<HTMLElement>(".device-says")!;
    this.#times = page.querySelector<HTMLElement>(".device-times")!;
    // Whether there is a GPU is known once one is asked for, and that is not done unasked.
    this.#select.closest("label")!.hidden = navigator.gpu === undefined;
    this.#select.addEventListener("input", () => {
      const device = this.#select.value === "gpu" ? "gpu" : undefined;
      this.#say(device && "The GPU is being opened ...");
      host.change({ device }, "from the start");
    });
  }

  show({ device }: State): void {
    // Another link was opened.
    if (device === undefined && this.#select.value === "gpu") this.#say();
    this.#select.value = device ?? "processor";
  }

  /** A race has begun. */
  began({ facts: { gpu } }: RaceRecord): void {
    clearTimeout(this.#timer);
    if (gpu === undefined) return;
    if (this.#measured !== keyOf(this.#host.state)) this.#times.textContent = "";
    this.#text.textContent = `The steps are made on the GPU (${gpu}). Losses and gradients are computed on the processor, so with each step the gradients go to the GPU and the weights come back. Rates are tried on the processor.`;
  }

  /** A race is over: how long its steps take is measured, once. */
  ended({ facts: { gpu } }: RaceRecord): void {
    if (gpu === undefined || this.#measured === keyOf(this.#host.state)) return;
    this.#timer = window.setTimeout(() => void this.#measure(), pause);
  }

  async #measure(): Promise<void> {
    const { catalogue, runner, state } = this.#host;
    const key = keyOf(state);
    this.#times.textContent = "How long a step takes is being measured ...";
    // What is wrong with a GPU the next race says; behind that race it is measured again.
    const timed = await runner.ask("times", { state }).catch(() => undefined);
    if (key !== keyOf(this.#host.state)) return;
    const labels = state.entries.map((entry) => labelOf(catalogue, entry));
    this.#times.innerHTML = timed === undefined ? "" : timesMarkup(timed, labels).text;
    if (timed !== undefined) this.#measured = key;
  }

  /** There is no GPU, or none any more. */
  gone(why: string): void {
    this.#select.value = "processor";
    this.#say(`${why} The race runs on the processor.`);
  }

  #say(sentence = ""): void {
    clearTimeout(this.#timer);
    this.#text.textContent = sentence;
    this.#times.textContent = "";
    this.#measured = "";
  }
}
