/** The buttons and sliders that play a race. */
import { formatSetting } from "../../figures/format.ts";
import type { Playback } from "./playback.ts";

export interface TransportListener {
  /** How many steps the race has. */
  readonly steps: () => number;
  /** Told where the reader sets another speed. */
  readonly speed: (speed: number) => void;
}

export class Transport {
  readonly #element: HTMLElement;
  readonly #playback: Playback;
  readonly #listener: TransportListener;

  constructor(page: HTMLElement, playback: Playback, listener: TransportListener) {
    this.#element = page.querySelector<HTMLElement>(".transport")!;
    this.#playback = playback;
    this.#listener = listener;
    this.#element.addEventListener("click", ({ target }) =>
      this.#act((target as HTMLElement).closest("button")?.dataset["act"]),
    );
    this.#element.addEventListener("input", ({ target }) =>
      this.#input(target as HTMLInputElement),
    );
    document.addEventListener("keydown", (event) => {
      const isTaken = (event.target as Element).closest(
        "input, select, textarea, button, summary, a, [contenteditable], dialog",
      );
      if (event.key !== " " || isTaken !== null) return;
      event.preventDefault();
      this.#act("play");
    });
  }

  #act(act: string | undefined): void {
    const playback = this.#playback;
    const steps = this.#listener.steps();
    if (act === "play") {
      if (playback.isPlaying) playback.pause();
      else {
        if (playback.shown >= steps) playback.shown = 0;
        playback.play();
      }
    } else if (act === "step") {
      playback.isPlaying = false;
      playback.show(playback.shown >= steps ? 0 : Math.floor(playback.shown) + 1);
    } else if (act === "reset") {
      playback.isPlaying = false;
      playback.show(0);
    }
    this.show();
  }

  #input({ name, value }: HTMLInputElement): void {
    if (name === "shown") {
      this.#playback.isPlaying = false;
      this.#playback.show(Number(value));
    }
    if (name === "speed") {
      this.#playback.speed = Number((10 ** Number(value)).toPrecision(2));
      this.#listener.speed(this.#playback.speed);
    }
    this.show();
  }

  show(step = Math.floor(Math.min(this.#playback.shown, this.#listener.steps()))): void {
    const { isPlaying, speed } = this.#playback;
    const input = (name: string) =>
      this.#element.querySelector<HTMLInputElement>(`[name="${name}"]`)!;
    const output = (name: string) => this.#element.querySelector(`.${name} output`)!;
    this.#element.querySelector('[data-act="play"]')!.textContent = isPlaying ? "Pause" : "Play";
    input("shown").max = String(this.#listener.steps());
    input("shown").value = String(step);
    output("scrub").textContent = String(step);
    input("speed").value = String(Math.log10(speed));
    output("speed").textContent = `${formatSetting(speed)} steps a second`;
  }
}
