// The loop of a fit: one step and one drawing per frame, with pauses, and changes between steps.
import type { Fit, Quality } from "./splats.ts";

/** The progress of a fit. */
export interface Progress extends Quality {
  readonly step: number;
  readonly count: number;
  /** Steps per second since the start or the last pause. */
  readonly pace: number;
}

export interface Watching {
  /** Draws the fit, in the same submission as its step. */
  readonly paint: (encoder: GPUCommandEncoder) => void;
  readonly progress: (progress: Progress) => void;
  /** Called when the fit cannot continue. It is then paused. */
  readonly failed: (error: unknown) => void;
}

/** Steps between two reads of the quality. Each read waits for the GPU. */
const interval = 10;

export class Run {
  readonly fit: Fit;
  readonly #device: GPUDevice;
  readonly #watching: Watching;
  readonly #changes: (() => void | Promise<void>)[] = [];
  /** The step at which the quality was last read. */
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

  /** Changes the fit between two steps, also while it is paused. */
  change(change: () => void | Promise<void>): void {
    this.#changes.push(change);
    this.#wake();
  }

  /** Ends the fit. Its memory is freed after the present step. */
  end(): void {
    this.#isOver = true;
    this.#wake();
  }

  /** Makes steps until `end` is called. */
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
