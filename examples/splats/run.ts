// The loop of a fit: a step and a drawing for each frame, with pauses, and changes between steps.
import type { Fit, Quality } from "./splats.ts";

/** How far a fit is. */
export interface Progress extends Quality {
  readonly step: number;
  readonly count: number;
  /** Steps a second since it went on last. */
  readonly pace: number;
}

export interface Watching {
  /** Draws the fit, in the submission that steps it. */
  readonly paint: (encoder: GPUCommandEncoder) => void;
  readonly progress: (progress: Progress) => void;
  /** Called once it cannot go on as it is: it is paused then. */
  readonly failed: (error: unknown) => void;
}

/** Steps between two looks at the quality: each waits for the GPU. */
const interval = 10;

export class Run {
  readonly fit: Fit;
  readonly #device: GPUDevice;
  readonly #watching: Watching;
  readonly #changes: (() => void | Promise<void>)[] = [];
  /** The step at which the quality was last looked at. */
  #looked = 0;
  #isPaused = false;
  #isOver = false;
  #wake = () => {};
  #since = { step: 0, time: performance.now() };

  constructor(device: GPUDevice, fit: Fit, watching: Watching) {
    this.#device = device;
    this.fit = fit;
    this.#watching = watching;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  pause(): void {
    this.#isPaused = true;
  }

  goOn(): void {
    this.#isPaused = false;
    this.#since = { step: this.fit.steps, time: performance.now() };
    this.#wake();
  }

  /** Has something done to the fit between two steps, while it is paused, too. */
  change(change: () => void | Promise<void>): void {
    this.#changes.push(change);
    this.#wake();
  }

  /** Ends it; its memory is given back once the step that it is in is done. */
  end(): void {
    this.#isOver = true;
    this.#wake();
  }

  /** Steps until it is ended. */
  async loop(): Promise<void> {
    while (!this.#isOver) {
      try {
        await this.#next();
      } catch (error) {
        this.pause();
        if (!this.#isOver) {
          this.#watching.failed(error);
        }
      }
    }
    this.fit.dispose();
  }

  async #next(): Promise<void> {
    const change = this.#changes.shift();
    if (change !== undefined) {
      await change();
    } else if (this.#isPaused && this.#looked === this.fit.steps) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    } else if (this.#isPaused) {
      await this.#look();
    } else {
      await this.#step();
    }
  }

  async #step(): Promise<void> {
    const { fit } = this;
    await fit.densify();
    if (this.#isPaused || this.#isOver) {
      return;
    }
    const encoder = this.#device.createCommandEncoder();
    fit.step(encoder);
    this.#watching.paint(encoder);
    this.#device.queue.submit([encoder.finish()]);
    await new Promise(requestAnimationFrame);
    if (fit.steps === 1 || fit.steps % interval === 0) {
      await this.#look();
    }
  }

  async #look(): Promise<void> {
    const { fit } = this;
    this.#looked = fit.steps;
    const quality = await fit.quality();
    const { step, time } = this.#since;
    const pace = (1000 * (fit.steps - step)) / (performance.now() - time);
    if (!this.#isOver) {
      this.#watching.progress({ ...quality, step: fit.steps, count: fit.count, pace });
    }
  }
}
