/** The clock of a race that is shown: at which step it is, and whether it moves. */
export class Playback {
  /** Whole and parts of steps. */
  shown = 0;
  isPlaying = false;
  /** Steps a second. */
  speed: number;
  readonly #frame: () => void;
  #last = 0;

  /** @param frame is called once a frame while it plays, and once after `request` */
  constructor(speed: number, frame: () => void) {
    this.speed = speed;
    this.#frame = frame;
  }

  #asked = 0;

  request(): void {
    this.#asked ||= requestAnimationFrame((now) => {
      this.#asked = 0;
      // A page that was hidden does not jump ahead.
      const passed = Math.min(now - this.#last, 100);
      this.#last = now;
      if (this.isPlaying) this.shown += (passed / 1000) * this.speed;
      this.#frame();
      if (this.isPlaying) this.request();
    });
  }

  play(): void {
    this.isPlaying = true;
    this.#last = performance.now();
    this.request();
  }

  pause(): void {
    this.isPlaying = false;
    this.request();
  }

  show(step: number): void {
    this.shown = step;
    this.request();
  }
}
